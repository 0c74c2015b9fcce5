"""Trainers: the list, the profile with its past and its levels, one's own profile."""

from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from portal.access import Permission, Role, needs
from portal.auth import accounts
from portal.auth.current import actor
from portal.auth.models import Account
from portal.database import db, unit_of_work
from portal.errors import sentence
from portal.filters import local
from portal.forms import people as forms
from portal.pages import profiles
from portal.pages.tables import ordered, page_of, sort_url
from training_base.centers import service as centers
from training_base.kernel.actor import Actor
from training_base.kernel.errors import NotFound, Refusal
from training_base.people import history, identity, service, sheet
from training_base.people import roster as rosters
from training_base.people.models import (
    EarlierCertificate,
    Education,
    Employment,
    ProfessionalTitle,
    Trainer,
)

pages = Blueprint("people", __name__, url_prefix="/people")

COLUMNS = {
    "name": Trainer.name,
    "sex": Trainer.sex,
    "born": Trainer.born_on,
    "phone": Trainer.phone,
    "added": Trainer.created_at,
}


def center_choices(by: Actor) -> list[tuple[str, str]]:
    """The centers in which the actor may act, for a select field."""
    found = db.session.scalars(centers.listing(by=by)).all()
    return [(str(center.id), str(local(center, "name"))) for center in found]


def to_profile(trainer_id: UUID) -> ResponseReturnValue:
    """Back to the profile."""
    return redirect(url_for("people.show", trainer_id=trainer_id))


@pages.get("/")
@needs(Permission.TRAINER_READ)
def index() -> ResponseReturnValue:
    """Trainers on file, found by name, telephone or whole document number."""
    form = forms.TrainerFilter(request.args)
    digests = identity.digests_of(db.session(), form.q.data or "")
    query, sort = ordered(service.listing(by=actor(), q=form.q.data, digests=digests), COLUMNS, "name")
    return render_template("people/index.html", page=page_of(query), form=form, sort=sort, sort_url=sort_url())


@pages.route("/new", methods=["GET", "POST"])
@needs(Permission.TRAINER_WRITE)
def new() -> ResponseReturnValue:
    """Put a person on file."""
    form, by, now = forms.NewTrainerForm(), actor(), datetime.now(UTC)
    form.center_id.choices = center_choices(by)
    earlier, elsewhere = None, False
    if form.validate_on_submit():
        center_id = UUID(form.center_id.data)
        try:
            with unit_of_work() as session:
                trainer = service.create(session, form.facts(), form.document(), center_id=center_id, by=by, now=now)
                trainer_id = trainer.id
        except Refusal as refusal:
            form.refuse(refusal)
            elsewhere = isinstance(refusal, identity.AlreadyOnFile)
            earlier = refusal.trainer_id if isinstance(refusal, identity.DuplicateTrainer) else None
        else:
            flash(_("The person is on file."), "success")
            return to_profile(trainer_id)
    return render_template("people/new.html", form=form, earlier=earlier, elsewhere=elsewhere)


@pages.post("/adopt")
@needs(Permission.TRAINER_WRITE)
def adopt() -> ResponseReturnValue:
    """Take over the profile that another center keeps, after its document and name were seen."""
    form, by, now = forms.NewTrainerForm(), actor(), datetime.now(UTC)
    form.center_id.choices = center_choices(by)
    if form.validate_on_submit():
        try:
            with unit_of_work() as session:
                trainer = service.adopt(
                    session,
                    form.document(),
                    form.name.data,
                    center_id=UUID(form.center_id.data),
                    by=by,
                    now=now,
                )
                trainer_id = trainer.id
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            flash(_("Your center now keeps this profile too."), "success")
            return to_profile(trainer_id)
    return render_template("people/new.html", form=form, earlier=None, elsewhere=False)


@pages.route("/roster", methods=["GET", "POST"])
@needs(Permission.TRAINER_WRITE)
def roster() -> ResponseReturnValue:
    """Put many people on file from one sheet, or check it first."""
    form, by, now = forms.RosterForm(), actor(), datetime.now(UTC)
    form.center_id.choices = center_choices(by)
    report = None
    if form.validate_on_submit():
        content, center_id = form.file.data.read(), UUID(form.center_id.data)
        try:
            report = rosters.check(db.session(), content, by=by, now=now)
            if not (form.dry_run.data or report.faults):
                with unit_of_work() as session:
                    people = rosters.put_on_file(session, content, center_id=center_id, by=by, now=now)
                    count = len(people)
                flash(ngettext("%(num)s person is on file.", "%(num)s people are on file.", count), "success")
                return redirect(url_for(".index", sort="-added"))
        except Refusal as refusal:
            form.refuse(refusal)
    faults = [(fault, sentence(fault.refusal)) for fault in report.faults] if report else []
    return render_template("people/roster.html", form=form, report=report, faults=faults, columns=sheet.COLUMNS)


@pages.get("/roster/template")
@needs(Permission.TRAINER_WRITE)
def roster_template() -> ResponseReturnValue:
    """An empty roster as .xlsx."""
    return send_file(
        BytesIO(sheet.template()),
        mimetype="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        as_attachment=True,
        download_name="roster.xlsx",
    )


def profile_page(trainer: Trainer, **more: Any) -> str:
    """The page of one trainer."""
    base = {"own": False, "revealed": {}, "reveal_form": forms.RevealForm(formdata=None), "revealing": None}
    own = bool(more.get("own"))
    seen = profiles.of(db.session(), trainer, by=actor(), today=datetime.now(UTC).date(), own=own)
    account_form = forms.AccountForTrainerForm(formdata=None, sign_in_name=trainer.email)
    return render_template(
        "people/show.html", trainer=trainer, **{"account_form": account_form, **base, **seen, **more}
    )


@pages.get("/<uuid:trainer_id>")
@needs(Permission.TRAINER_READ)
def show(trainer_id: UUID) -> ResponseReturnValue:
    """One trainer: identity, past, levels, training, results."""
    return profile_page(service.by_id(db.session(), trainer_id, by=actor()))


@pages.route("/<uuid:trainer_id>/edit", methods=["GET", "POST"])
@needs(Permission.TRAINER_WRITE)
def edit(trainer_id: UUID) -> ResponseReturnValue:
    """Change what the profile says."""
    by, now = actor(), datetime.now(UTC)
    trainer = service.by_id(db.session(), trainer_id, by=by)
    form = forms.EditTrainerForm.of(trainer)
    if form.validate_on_submit():
        revision = form.revision.data
        try:
            with unit_of_work() as session:
                service.update(session, trainer_id, form.facts(), revision=revision, by=by, now=now)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            flash(_("The profile is saved."), "success")
            return to_profile(trainer_id)
    return render_template("people/edit.html", form=form, trainer=trainer)


@pages.get("/me")
@needs(Permission.PROFILE_OWN)
def me() -> ResponseReturnValue:
    """One's own profile."""
    try:
        trainer = service.own(db.session(), by=actor())
    except NotFound:
        return render_template("people/no_profile.html")
    return profile_page(trainer, own=True)


@pages.route("/me/edit", methods=["GET", "POST"])
@needs(Permission.PROFILE_OWN)
def edit_me() -> ResponseReturnValue:
    """Change one's own contact data and fields of work."""
    by, now = actor(), datetime.now(UTC)
    trainer = service.own(db.session(), by=by)
    form = forms.OwnProfileForm(obj=trainer)
    if form.validate_on_submit():
        revision = form.revision.data
        try:
            with unit_of_work() as session:
                service.update_own(session, form.facts(), revision=revision, by=by, now=now)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            flash(_("Your profile is saved."), "success")
            return redirect(url_for(".me"))
    return render_template("people/edit_me.html", form=form)


@pages.post("/<uuid:trainer_id>/documents/<uuid:document_id>/reveal")
@needs(Permission.TRAINER_UNMASK)
def reveal(trainer_id: UUID, document_id: UUID) -> ResponseReturnValue:
    """Show a whole document number once; the reason is kept."""
    by, now, form = actor(), datetime.now(UTC), forms.RevealForm()
    revealed = {}
    if form.validate_on_submit():
        try:
            with unit_of_work() as session:
                number = service.reveal(session, document_id, reason=form.reason.data, by=by, now=now)
        except NotFound:
            raise
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            revealed = {document_id: number}
    trainer = service.by_id(db.session(), trainer_id, by=by)
    return profile_page(trainer, revealed=revealed, reveal_form=form, revealing=document_id)


@pages.post("/<uuid:trainer_id>/documents/<uuid:document_id>/remove")
@needs(Permission.TRAINER_WRITE)
def remove_document(trainer_id: UUID, document_id: UUID) -> ResponseReturnValue:
    """Take a document off the file."""
    by, now = actor(), datetime.now(UTC)
    with unit_of_work() as session:
        service.remove_document(session, document_id, by=by, now=now)
    flash(_("The document is off the file."), "success")
    return to_profile(trainer_id)


@pages.post("/<uuid:trainer_id>/account")
@needs(Permission.ACCOUNT_WRITE)
def open_account(trainer_id: UUID) -> ResponseReturnValue:
    """Open an account for the trainer and show its one-time link."""
    by, now, form = actor(), datetime.now(UTC), forms.AccountForTrainerForm()
    service.by_id(db.session(), trainer_id, by=actor(Permission.TRAINER_READ))
    name = service.by_id(db.session(), trainer_id, by=by).name
    if form.validate_on_submit():
        sign_in_name, roles = form.sign_in_name.data, [Role.TRAINEE]
        try:
            with unit_of_work() as session:
                account, token = accounts.invite(
                    session, sign_in_name, name, roles=roles, trainer_id=trainer_id, by=by, now=now
                )
                account_id = account.id
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return render_template("people/link.html", account=db.session.get(Account, account_id), token=token)
    return profile_page(service.by_id(db.session(), trainer_id, by=by), account_form=form)


Deed = Callable[..., object]


def adding(trainer_id: UUID, form: Any, deed: Deed, title: str) -> ResponseReturnValue:
    """A form for one more entry of the profile, and its deed."""
    by, now = actor(), datetime.now(UTC)
    trainer = service.by_id(db.session(), trainer_id, by=by)
    if form.validate_on_submit():
        facts = form.facts() if hasattr(form, "facts") else form.document()
        try:
            with unit_of_work() as session:
                deed(session, trainer_id, facts, by=by, now=now)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            flash(_("The entry is on file."), "success")
            return to_profile(trainer_id)
    return render_template("people/entry.html", form=form, trainer=trainer, title=title)


def removing(trainer_id: UUID, kind: Any, entry_id: UUID) -> ResponseReturnValue:
    """Take an entry off the profile."""
    by, now = actor(), datetime.now(UTC)
    service.by_id(db.session(), trainer_id, by=by)
    with unit_of_work() as session:
        owner_id = history.remove(session, kind, entry_id, by=by, now=now).id
    flash(_("The entry is off the file."), "success")
    return to_profile(owner_id)


@pages.route("/<uuid:trainer_id>/documents/new", methods=["GET", "POST"])
@needs(Permission.TRAINER_WRITE)
def add_document(trainer_id: UUID) -> ResponseReturnValue:
    """A further identity document."""
    return adding(trainer_id, forms.DocumentForm(), service.add_document, _("New identity document"))


@pages.route("/<uuid:trainer_id>/educations/new", methods=["GET", "POST"])
@needs(Permission.TRAINER_WRITE)
def add_education(trainer_id: UUID) -> ResponseReturnValue:
    """A course of schooling."""
    return adding(trainer_id, forms.EducationForm(), history.add_education, _("New schooling"))


@pages.route("/<uuid:trainer_id>/employments/new", methods=["GET", "POST"])
@needs(Permission.TRAINER_WRITE)
def add_employment(trainer_id: UUID) -> ResponseReturnValue:
    """Time at work."""
    return adding(trainer_id, forms.EmploymentForm(), history.add_employment, _("New employment"))


@pages.route("/<uuid:trainer_id>/employments/<uuid:entry_id>/end", methods=["GET", "POST"])
@needs(Permission.TRAINER_WRITE)
def end_employment(trainer_id: UUID, entry_id: UUID) -> ResponseReturnValue:
    """State when time at work ended."""
    form, by, now = forms.EndForm(), actor(), datetime.now(UTC)
    trainer = service.by_id(db.session(), trainer_id, by=by)
    if form.validate_on_submit():
        day = form.ended_on.data
        try:
            with unit_of_work() as session:
                history.end_employment(session, entry_id, ended_on=day, by=by, now=now)
        except NotFound:
            raise
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            flash(_("The entry is on file."), "success")
            return to_profile(trainer_id)
    return render_template("people/entry.html", form=form, trainer=trainer, title=_("End of the employment"))


@pages.route("/<uuid:trainer_id>/titles/new", methods=["GET", "POST"])
@needs(Permission.TRAINER_WRITE)
def add_title(trainer_id: UUID) -> ResponseReturnValue:
    """A professional title."""
    return adding(trainer_id, forms.TitleForm(), history.add_title, _("New professional title"))


@pages.route("/<uuid:trainer_id>/earlier-certificates/new", methods=["GET", "POST"])
@needs(Permission.TRAINER_WRITE)
def add_earlier_certificate(trainer_id: UUID) -> ResponseReturnValue:
    """A certificate earned elsewhere."""
    deed = history.add_earlier_certificate
    return adding(trainer_id, forms.EarlierCertificateForm(), deed, _("New certificate from elsewhere"))


@pages.post("/<uuid:trainer_id>/educations/<uuid:entry_id>/remove")
@needs(Permission.TRAINER_WRITE)
def remove_education(trainer_id: UUID, entry_id: UUID) -> ResponseReturnValue:
    """Take schooling off the file."""
    return removing(trainer_id, Education, entry_id)


@pages.post("/<uuid:trainer_id>/employments/<uuid:entry_id>/remove")
@needs(Permission.TRAINER_WRITE)
def remove_employment(trainer_id: UUID, entry_id: UUID) -> ResponseReturnValue:
    """Take time at work off the file."""
    return removing(trainer_id, Employment, entry_id)


@pages.post("/<uuid:trainer_id>/titles/<uuid:entry_id>/remove")
@needs(Permission.TRAINER_WRITE)
def remove_title(trainer_id: UUID, entry_id: UUID) -> ResponseReturnValue:
    """Take a title off the file."""
    return removing(trainer_id, ProfessionalTitle, entry_id)


@pages.post("/<uuid:trainer_id>/earlier-certificates/<uuid:entry_id>/remove")
@needs(Permission.TRAINER_WRITE)
def remove_earlier_certificate(trainer_id: UUID, entry_id: UUID) -> ResponseReturnValue:
    """Take a certificate from elsewhere off the file."""
    return removing(trainer_id, EarlierCertificate, entry_id)
