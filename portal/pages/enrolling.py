"""Enrolling a trainer: find the person, see how they stand to every requirement, give the place."""

from datetime import UTC, date, datetime
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from certification.eligibility import service
from certification.eligibility.rules import ConditionKind
from portal.access import Permission, needs
from portal.auth.current import actor
from portal.database import db
from portal.forms.cohorts import EnrolForm, FindTrainerForm
from portal.pages.eligibility import held
from portal.pages.keeping import kept
from portal.pages.tables import page_of
from portal.sentences import eligibility as said
from training_base.centers.rules import day_at
from training_base.cohorts import service as cohorts
from training_base.cohorts.models import Cohort, Enrolment
from training_base.cohorts.rules import EnrolmentStatus, places_left
from training_base.people import identity
from training_base.people import service as people
from training_base.people.models import Trainer, TrainerKeeper

pages = Blueprint("enrolling", __name__)
"""Stands inside the blueprint of cohorts."""


def today_of(cohort: Cohort) -> date:
    """The day at the cohort's center."""
    return day_at(datetime.now(UTC), cohort.center.zone)


@pages.get("/<uuid:cohort_id>/enrol")
@needs(Permission.COHORT_WRITE)
def choose(cohort_id: UUID) -> ResponseReturnValue:
    """Find somebody on file at the cohort's center who has no place in it."""
    by, form = actor(), FindTrainerForm(request.args)
    cohort = cohorts.by_id(db.session(), cohort_id, by=by)
    digests = identity.digests_of(db.session(), form.q.data or "")
    enrolled = Enrolment.cohort_id == cohort.id, Enrolment.status != EnrolmentStatus.LEFT
    query = people.listing(by=by, q=form.q.data, digests=digests).where(
        Trainer.keepers.any(TrainerKeeper.center_id == cohort.center_id),
        Trainer.id.not_in(db.select(Enrolment.trainer_id).where(*enrolled)),
    )
    taken = cohorts.taken(db.session(), [cohort.id])[cohort.id]
    left = places_left(cohort.capacity, taken)
    return render_template("cohorts/choose.html", cohort=cohort, page=page_of(query), form=form, left=left)


@pages.route("/<uuid:cohort_id>/enrol/<uuid:trainer_id>", methods=["GET", "POST"])
@needs(Permission.COHORT_WRITE)
def enrol(cohort_id: UUID, trainer_id: UUID) -> ResponseReturnValue:
    """How the person stands to every requirement; then the place."""
    by, now, form = actor(), datetime.now(UTC), EnrolForm()
    cohort = cohorts.by_id(db.session(), cohort_id, by=by)
    trainer = people.by_id(db.session(), trainer_id, by=by)
    level, today = cohort.course.level, today_of(cohort)
    own = held(trainer_id, today)
    assessed = service.assess(db.session(), trainer_id, level, on=today, held=own)
    answer = assessed.deciding
    form.confirmed.choices = [(kind.value, said.CONFIRMATIONS[kind]()) for kind in answer.to_confirm]
    if form.validate_on_submit():
        seen = [ConditionKind(value) for value in form.confirmed.data or []]
        if kept(form, lambda s: service.enrol(s, cohort_id, trainer_id, by=by, now=now, held=own, confirmed=seen)):
            flash(_("%(name)s has a place in this cohort.", name=trainer.name), "success")
            return redirect(url_for("cohorts.show", cohort_id=cohort_id))
    shown = {"condition": said.condition, "have": said.have, "others": assessed.others}
    return render_template("cohorts/enrol.html", cohort=cohort, trainer=trainer, answer=answer, form=form, **shown)
