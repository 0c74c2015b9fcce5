"""Who may apply for which level: the rules tried, what is met, what is missing, from when it would be met."""

from datetime import UTC, date, datetime
from uuid import UUID

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from certification.certificates import service as certificates
from certification.eligibility import service
from certification.eligibility.models import RelatedList
from certification.eligibility.rules import Assessment, HeldCertificate, RelatedKind, listed
from portal.access import Permission, needs
from portal.auth.current import actor
from portal.database import db
from portal.filters import ZONE
from portal.forms.eligibility import DayForm
from portal.labels import LEVELS, level_of
from portal.sentences import eligibility as said
from training_base.centers.rules import day_at
from training_base.kernel.errors import NotFound
from training_base.people import service as people
from training_base.people.models import Trainer

pages = Blueprint("eligibility", __name__, url_prefix="/eligibility")


def held(trainer_id: UUID, on: date) -> list[HeldCertificate]:
    """The certificates of this portal on which a trainer may rely that day."""
    found = certificates.of_trainer(db.session(), trainer_id)
    return [HeldCertificate(one.tier.level, one.issued_on) for one in found if one.holds_on(on)]


def assessments(trainer_id: UUID, on: date) -> dict[int, Assessment]:
    """What the rules say about each level on a day, the lowest level first; levels that are not loaded are left out."""
    own, found = held(trainer_id, on), {}
    for level in LEVELS:
        try:
            found[level] = service.assess(db.session(), trainer_id, level, on=on, held=own)
        except NotFound:
            continue
    return found


def standing_of(name: str, kind: RelatedKind, lists: list[RelatedList]) -> list[tuple[RelatedList, bool | None]]:
    """Which lists of a kind name it; None where a list is not known."""
    return [(one, listed(name, one.entries)) for one in lists if one.kind is kind]


def answer_page(trainer: Trainer, *, own: bool) -> ResponseReturnValue:
    """How a trainer stands to every level, and in detail to one."""
    form, today = DayForm(request.args), day_at(datetime.now(UTC), ZONE)
    on = (form.validate() and form.on.data) or today
    found = assessments(trainer.id, on)
    chosen = level_of(request.args.get("level")) or next((n for n in found if found[n].deciding.met is None), None)
    lists = service.related_lists(db.session(), on=on)
    subjects = [(one, standing_of(one.subject, RelatedKind.SUBJECT, lists)) for one in trainer.educations]
    jobs = [(one, standing_of(one.job, RelatedKind.OCCUPATION, lists)) for one in trainer.employments]
    return render_template(
        "eligibility/show.html",
        trainer=trainer,
        own=own,
        form=form,
        on=on,
        found=found,
        level=chosen if chosen in found else next(iter(found), None),
        lists=lists,
        subjects=subjects,
        jobs=jobs,
        condition=said.condition,
        have=said.have,
    )


@pages.get("/me")
@needs(Permission.PROFILE_OWN)
def me() -> ResponseReturnValue:
    """What one may apply for oneself, before applying."""
    try:
        trainer = people.own(db.session(), by=actor())
    except NotFound:
        return render_template("people/no_profile.html")
    return answer_page(trainer, own=True)


@pages.get("/<uuid:trainer_id>")
@needs(Permission.TRAINER_READ)
def show(trainer_id: UUID) -> ResponseReturnValue:
    """What a trainer on file may apply for."""
    return answer_page(people.by_id(db.session(), trainer_id, by=actor()), own=False)


@pages.get("/related")
@needs(Permission.PUBLIC)
def related() -> ResponseReturnValue:
    """The lists of related occupations and subjects."""
    lists = service.related_lists(db.session(), on=day_at(datetime.now(UTC), ZONE))
    return render_template("eligibility/related.html", lists=lists)
