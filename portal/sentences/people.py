"""Sentences for the refusals about trainers: what is wrong, where, and what to do."""

from collections.abc import Callable
from typing import Any

from flask_babel import gettext as _

from portal.labels import label
from training_base.kernel.errors import Refusal
from training_base.people import documents, history, identity, profile, roster, service, sheet
from training_base.people.rules import DocumentKind

SENTENCES: dict[type[Refusal], Callable[[Any], str]] = {
    documents.NumberLength: lambda r: _(
        "The document number has %(found)s characters; a number of this kind (%(kind)s) has "
        "%(expected)s. Compare it with the card.",
        found=r.found,
        expected=r.expected,
        kind=label(r.kind),
    ),
    documents.NumberCharacter: lambda r: _(
        "Character %(position)s of the document number is “%(character)s”, where only a digit can stand "
        "(at the very end also X). Compare it with the card; the letters O and I are often typed for 0 "
        "and 1.",
        position=r.position,
        character=r.character,
    ),
    documents.NumberShape: lambda r: SHAPES[r.kind](),
    documents.NumberRegion: lambda r: _(
        "The document number begins with %(region)s, a region that does not exist for this kind "
        "(%(kind)s). Compare the first six digits with the card.",
        region=r.region,
        kind=label(r.kind),
    ),
    documents.NumberOfOtherKind: lambda r: _(
        "This looks like the number of another document: %(looks_like)s. Choose that kind, or compare "
        "the number with the card.",
        looks_like=label(r.looks_like),
    ),
    documents.NumberBirthDate: lambda r: _(
        "Characters 7 to 14 of the document number should be a birth date, but %(digits)s is no day of "
        "the calendar. Compare them with the card.",
        digits=r.digits,
    ),
    documents.CheckDigitWrong: lambda r: _(
        "The check digit at the end of the document number does not fit: at least one character is "
        "mistyped. Compare the whole number with the card."
    ),
    documents.BirthDateDiffers: lambda r: _(
        "The document number says the holder was born on %(in_number)s, but the date of birth entered is "
        "%(entered)s. Correct the one that is wrong.",
        in_number=r.in_number.isoformat(),
        entered=r.entered.isoformat(),
    ),
    documents.SexDiffers: lambda r: _(
        "By the document number the holder's sex is: %(sex)s. The profile says otherwise. Correct the "
        "one that is wrong.",
        sex=label(r.in_number),
    ),
    profile.NameMissing: lambda r: _("The name is missing. Enter it as it is printed on the document."),
    profile.BirthImplausible: lambda r: _(
        "The date of birth %(born_on)s cannot be right: people on file are between %(youngest)s and "
        "%(oldest)s years old.",
        born_on=r.born_on.isoformat(),
        youngest=r.youngest,
        oldest=r.oldest,
    ),
    profile.PhoneShape: lambda r: _(
        "“%(phone)s” is not a telephone number. Use digits, spaces and hyphens, with + in front of a country code.",
        phone=r.phone,
    ),
    profile.EmailShape: lambda r: _(
        "“%(email)s” is not an e-mail address. Write it like name@example.cn.", email=r.email
    ),
    profile.RatingRange: lambda r: _("The rating of “%(task)s” must lie between 0 and 100.", task=label(r.task)),
    identity.DuplicateTrainer: lambda r: _(
        "This document is on file already, for %(name)s. Open that profile instead of adding the person again.",
        name=r.name,
    ),
    identity.AlreadyOnFile: lambda r: _(
        "Another training center keeps the person with this document on file. If you have seen the "
        "document, take the profile over with “Keep the existing profile”: name and number must be "
        "exactly as printed."
    ),
    service.NotTheSamePerson: lambda r: _(
        "No person on file has both this document and this name. Compare both with the card, also the kind of document."
    ),
    service.LastDocument: lambda r: _(
        "This is the only identity document on file, and one has to stay. Add the new document first."
    ),
    service.ReasonTooShort: lambda r: _(
        "Say in at least %(least)s characters what you need the number for, for instance “checking the "
        "application papers”.",
        least=r.least,
    ),
    history.TextMissing: lambda r: _("A text of this entry is empty. Fill in every field that is not optional."),
    history.DayAhead: lambda r: _("%(day)s is still to come. Enter what has already happened.", day=r.day.isoformat()),
    history.DayBeforeBirth: lambda r: _(
        "%(day)s lies before the person's birth. Check the year.", day=r.day.isoformat()
    ),
    history.EndMissing: lambda r: _(
        "Enter the day the schooling was finished, or tick that the person is in the final year."
    ),
    history.PeriodReversed: lambda r: _(
        "The end (%(ended_on)s) lies before the beginning (%(started_on)s). Check both days.",
        started_on=r.started_on.isoformat(),
        ended_on=r.ended_on.isoformat(),
    ),
    history.EmploymentOverlaps: lambda r: _(
        "These days overlap with the work at %(employer)s (%(started_on)s to %(ended_on)s), and the same "
        "time counts only once. End that entry first, or correct the days.",
        employer=r.employer,
        started_on=r.started_on.isoformat(),
        ended_on=r.ended_on.isoformat() if r.ended_on else _("today"),
    ),
    history.LevelUnknown: lambda r: _("There is no level %(level)s. Levels run from 5 to 1.", level=r.level),
    history.CertificateOnFile: lambda r: _(
        "The certificate %(number)s is listed in this profile already.", number=r.number
    ),
    sheet.RosterUnreadable: lambda r: _(
        "This file cannot be read as a roster. Save it as Excel workbook (.xlsx) or as CSV, and try again."
    ),
    sheet.RosterEmpty: lambda r: _("Nobody stands below the heading of the file. Fill in one row per person."),
    sheet.RosterTooLong: lambda r: _(
        "The file has more than %(most)s people. Split it, and import the parts one after the other.", most=r.most
    ),
    sheet.RosterColumns: lambda r: _(
        "The first row of the file lacks these headings: %(missing)s. Write them as in the template.",
        missing=_(", ").join(r.missing),
    ),
    roster.CellEmpty: lambda r: _("The cell is empty. Fill it in."),
    roster.CellChoice: lambda r: _(
        "“%(value)s” is not one of the values this column may hold: %(choices)s.",
        value=r.value,
        choices=_(", ").join(r.choices),
    ),
    roster.CellDay: lambda r: _("“%(value)s” is no day of the calendar. Write it like 1996-03-07.", value=r.value),
    roster.CellRounded: lambda r: _(
        "The spreadsheet has turned this number into %(value)s and lost its last digits. Set the column "
        "to text and type the number again.",
        value=r.value,
    ),
    roster.RepeatedInRoster: lambda r: _(
        "The same document stands in row %(row)s already. Remove one of the two rows.", row=r.row
    ),
    roster.RosterFaulty: lambda r: _(
        "%(faults)s cells of the roster need a correction, so nobody was put on file.",
        faults=len(r.report.faults),
    ),
}

SHAPES: dict[DocumentKind, Callable[[], str]] = {
    DocumentKind.TRAVEL_PERMIT_HM: lambda: _(
        "The number of a mainland travel permit for Hong Kong and Macao is H or M and 8 digits (on old "
        "cards 10). Compare it with the card."
    ),
    DocumentKind.TRAVEL_PERMIT_TW: lambda: _(
        "The number of a mainland travel permit for Taiwan has 8 digits. Compare it with the card."
    ),
    DocumentKind.PERMANENT_RESIDENCE_OLD: lambda: _(
        "The number of an old permanent residence card is 3 letters and 12 digits. Compare it with the "
        "card; cards issued since December 2023 have 18 digits and are a kind of their own."
    ),
    DocumentKind.PASSPORT: lambda: _(
        "This is not a passport number. Chinese passports have a letter such as E or G and 8 more "
        "characters; for others, 5 to 15 letters and digits, enter the nationality first."
    ),
}
"""What to say about a number out of shape, per kind."""
