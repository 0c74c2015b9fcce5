"""Sentences about decisions, certificates, their verification and share links."""

from collections.abc import Callable
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext

from certification.certificates import changes, numbering, pdf, service, sharing
from certification.certificates.numbering import NumberKind, NumberProblem
from certification.certificates.rules import CheckVerdict, ConflictKind
from portal.labels import label
from training_base.kernel.errors import Refusal

OFFICIAL_QUERY = "https://zscx.osta.org.cn/"
"""The national query of vocational skill level certificates: the official answer is given there."""

CONFLICTS = {
    ConflictKind.TAUGHT: lazy_gettext(
        "You taught this candidate. The decision must be taken by somebody who neither taught nor examined them."
    ),
    ConflictKind.EXAMINED: lazy_gettext(
        "You examined this candidate. The decision must be taken by somebody who neither taught nor examined them."
    ),
    ConflictKind.OWN: lazy_gettext("This is your own result. Somebody else must decide on it."),
}
"""Why the reader may not decide on a result."""

CONFLICT_WORDS = {
    ConflictKind.TAUGHT: lazy_gettext("You taught the candidate"),
    ConflictKind.EXAMINED: lazy_gettext("You examined the candidate"),
    ConflictKind.OWN: lazy_gettext("Your own result"),
}

WORDS = {
    CheckVerdict.VALID: lazy_gettext("Valid"),
    CheckVerdict.EXPIRED: lazy_gettext("Expired"),
    CheckVerdict.SUSPENDED: lazy_gettext("Suspended"),
    CheckVerdict.WITHDRAWN: lazy_gettext("Withdrawn"),
    CheckVerdict.REPLACED: lazy_gettext("Replaced"),
    CheckVerdict.UNKNOWN: lazy_gettext("No record"),
}
"""Each answer in a word, for lists."""

VERDICTS = {
    CheckVerdict.VALID: (
        lazy_gettext("This certificate is valid today"),
        lazy_gettext("The assessment body named on it stands by it."),
    ),
    CheckVerdict.EXPIRED: (
        lazy_gettext("This certificate has expired"),
        lazy_gettext("It was valid until the day given; it no longer counts today."),
    ),
    CheckVerdict.SUSPENDED: (
        lazy_gettext("This certificate is suspended"),
        lazy_gettext("The assessment body is looking into it. Until that is over, do not rely on it."),
    ),
    CheckVerdict.WITHDRAWN: (
        lazy_gettext("This certificate was withdrawn"),
        lazy_gettext("It no longer counts, whatever a printed copy or a picture says."),
    ),
    CheckVerdict.REPLACED: (
        lazy_gettext("This certificate was replaced"),
        lazy_gettext("The holder has a newer one. Ask for its number."),
    ),
    CheckVerdict.UNKNOWN: (
        lazy_gettext("There is no such certificate in these records"),
        lazy_gettext(
            "The number is wrong, or the name does not belong to it. Compare with the certificate and try again."
        ),
    ),
}
"""Title and text of each answer to a check."""

PROBLEMS = {
    NumberProblem.EMPTY: lazy_gettext("No number was given."),
    NumberProblem.CHARACTERS: lazy_gettext("A certificate number has only digits and, at its beginning, a letter."),
    NumberProblem.TOO_SHORT: lazy_gettext("The number is too short: certificates of these bodies have 22 characters."),
    NumberProblem.TOO_LONG: lazy_gettext("The number is too long: certificates of these bodies have 22 characters."),
    NumberProblem.BODY: lazy_gettext(
        "The number does not begin with the code of an assessment body: S or Y and twelve digits."
    ),
    NumberProblem.YEAR: lazy_gettext("The 14th and 15th characters give a year that is still to come."),
    NumberProblem.LEVEL: lazy_gettext("The 16th character gives no level: it must be a digit from 1 to 5."),
    NumberProblem.SERIAL: lazy_gettext("The last six characters are no serial number."),
    NumberProblem.UNKNOWN_BODY: lazy_gettext(
        "The first 13 characters are not the code of an assessment body on this platform. The certificate may be "
        "another body's, or forged."
    ),
    NumberProblem.OTHER_FORMAT: lazy_gettext("The number is written in a format that this platform does not issue."),
}
"""What is wrong with a number as such."""

NUMBER_KINDS = {
    NumberKind.SKILL_LEVEL: lazy_gettext("vocational skill level certificate, 22 characters"),
    NumberKind.SPECIAL_GRADE: lazy_gettext("special-grade technician's certificate, two letters and 20 digits"),
    NumberKind.SKILL_LEVEL_OLD: lazy_gettext("vocational skill level certificate of the first pilots, 20 characters"),
    NumberKind.QUALIFICATION: lazy_gettext("national vocational qualification certificate, 16 digits"),
}
"""What each format of numbers belongs to."""

SENTENCES: dict[type[Refusal], Callable[[Any], str]] = {
    service.NotPassed: lambda r: _("The candidate has not passed every component; there is nothing to decide."),
    service.NotImpartial: lambda r: str(CONFLICTS[r.kind]),
    service.AlreadyDecided: lambda r: _("%(name)s has decided on this result before. A decision stands.", name=r.by),
    service.ReasonMissing: lambda r: _("Give the reason why this result is not certified."),
    service.NotDecided: lambda r: _("Nobody has decided on this result yet. Decide first, then issue."),
    service.CertificationRefused: lambda r: _("It was decided that this result is not certified."),
    service.AlreadyIssued: lambda r: _("A certificate was issued for this result before: %(number)s.", number=r.number),
    numbering.SerialsExhausted: lambda r: _(
        "No number is left that begins with %(prefix)s: 999,999 were given out this year at this level.",
        prefix=r.prefix,
    ),
    changes.ChangeImpossible: lambda r: _(
        "The certificate is “%(status)s”; “%(kind)s” is not possible from there.",
        status=label(r.status),
        kind=label(r.kind),
    ),
    changes.ChangeWaiting: lambda r: _(
        "“%(kind)s” was asked for by %(name)s and waits for its decision. Decide on that first.",
        kind=label(r.kind),
        name=r.asked_by,
    ),
    changes.ReasonDoesNotFit: lambda r: _(
        "“%(reason)s” is no ground for “%(kind)s”. Choose another ground.", reason=label(r.reason), kind=label(r.kind)
    ),
    changes.ExplanationMissing: lambda r: _("Explain what happened, so that the second person can judge."),
    changes.NeedsSecondPerson: lambda r: _("You asked for this change yourself. Somebody else must approve it."),
    changes.OwnCertificate: lambda r: _("This is your own certificate. Somebody else must decide on its change."),
    changes.ChangeDecided: lambda r: _(
        "%(name)s has decided on this change before: %(status)s.", name=r.by, status=label(r.status)
    ),
    pdf.NotPrintable: lambda r: _(
        "Only a valid certificate can be printed; this one is “%(status)s”.", status=label(r.status)
    ),
    sharing.NoProfile: lambda r: _("Your account has no trainer's profile, so there are no levels to share."),
    sharing.LinkExpired: lambda r: _("This link has expired. Ask the holder for a new one."),
    sharing.LinkRevoked: lambda r: _("The holder has taken this link back. Ask them for a new one."),
}
