"""Training centers: who they are, what they are filed for, their staff, sites and rooms."""

from collections import defaultdict
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.access import Permission, needs
from portal.auth import accounts
from portal.auth.current import actor
from portal.auth.models import Account
from portal.database import db
from portal.filters import language
from portal.forms import centers as forms
from portal.labels import level_of
from portal.pages.keeping import kept
from portal.pages.tables import ordered, page_of, sort_url
from portal.pages.timeline import timeline
from training_base.centers import premises, service, staffing
from training_base.centers.models import StaffRole, TrainingCenter
from training_base.centers.rules import (
    DISTRICTS,
    FUNCTIONAL_AREAS,
    CenterKind,
    CenterStatus,
    StaffDuty,
    day_at,
    recusals,
)

pages = Blueprint("centers", __name__, url_prefix="/centers")

COLUMNS = {
    "name": TrainingCenter.name_zh,
    "code": TrainingCenter.code,
    "district": TrainingCenter.district,
    "status": TrainingCenter.status,
}
MOST_ACCOUNTS = 200


def chinese() -> bool:
    """Whether the reader reads Chinese."""
    return language() == "zh"


def place_name(name: str | None) -> str | None:
    """A district or area in the reader's language."""
    return name if name is None or chinese() else {**DISTRICTS, **FUNCTIONAL_AREAS}.get(name, name)


def to_center(center_id: UUID) -> ResponseReturnValue:
    """Back to the center."""
    return redirect(url_for("centers.show", center_id=center_id))


def form_page(form: Any, title: str, center: TrainingCenter | None, **more: Any) -> str:
    """The page of a form about a center."""
    return render_template("centers/form.html", form=form, title=title, center=center, **{"lead": None, **more})


def rights(center: TrainingCenter) -> dict[str, bool]:
    """What the reader may change about a center."""
    asked = {
        "edit": Permission.CENTER_WRITE,
        "file": Permission.CENTER_CREATE,
        "staff": Permission.STAFF_WRITE,
        "cohorts": Permission.COHORT_READ,
    }
    return {name: actor(permission).may_touch(center.id) for name, permission in asked.items()}


def today_at(center: TrainingCenter) -> date:
    """The day at a center."""
    return day_at(datetime.now(UTC), center.zone)


@pages.get("/")
@needs(Permission.CENTER_READ)
def index() -> ResponseReturnValue:
    """The centers of the reader."""
    form = forms.CenterFilter.of(request.args, chinese=chinese())
    today = datetime.now(UTC).date()
    query = service.listing(
        by=actor(),
        q=form.q.data,
        district=form.district.data or None,
        status=CenterStatus(form.status.data) if form.status.data in set(CenterStatus) else None,
        level=level_of(form.level.data),
        on=today,
    )
    query, sort = ordered(query, COLUMNS, "name")
    return render_template(
        "centers/index.html",
        page=page_of(query),
        form=form,
        sort=sort,
        sort_url=sort_url(),
        today=today,
        place_name=place_name,
    )


@pages.get("/<uuid:center_id>")
@needs(Permission.CENTER_READ)
def show(center_id: UUID) -> ResponseReturnValue:
    """One center: facts, filed scope, sites and rooms."""
    center = service.by_id(db.session(), center_id, by=actor())
    return render_template(
        "centers/show.html",
        center=center,
        rights=rights(center),
        timeline=timeline(center.scopes, today_at(center)),
        place_name=place_name,
        status_form=forms.StatusForm(obj=center),
    )


@pages.route("/new", methods=["GET", "POST"])
@needs(Permission.CENTER_CREATE)
def new() -> ResponseReturnValue:
    """Put a body on record."""
    form = forms.NewCenterForm()
    form.offer(chinese=chinese())
    by, now = actor(), datetime.now(UTC)
    if form.validate_on_submit():
        code, kind = str(form.code.data).upper(), CenterKind(form.kind.data)
        center_id = kept(form, lambda s: service.create(s, form.facts(), code=code, kind=kind, by=by, now=now).id)
        if center_id is not None:
            flash(_("The center is on record. Next: file its levels."), "success")
            return to_center(center_id)
    return form_page(form, _("New center"), None)


@pages.route("/<uuid:center_id>/edit", methods=["GET", "POST"])
@needs(Permission.CENTER_WRITE)
def edit(center_id: UUID) -> ResponseReturnValue:
    """Change what may change about a body."""
    by, now = actor(), datetime.now(UTC)
    center = service.by_id(db.session(), center_id, by=by)
    form = forms.CenterForm(obj=center).offer(chinese=chinese())
    if form.validate_on_submit():
        revision = form.revision.data or ""
        seen = int(revision) if revision.isdecimal() else 0
        facts = form.facts()
        if kept(form, lambda s: service.update(s, center_id, facts, revision=seen, by=by, now=now)):
            flash(_("The center is saved."), "success")
            return to_center(center_id)
    return form_page(form, _("Edit the center"), center)


@pages.post("/<uuid:center_id>/status")
@needs(Permission.CENTER_CREATE)
def status(center_id: UUID) -> ResponseReturnValue:
    """Suspend a body, close it, or let it work again."""
    form, by, now = forms.StatusForm(), actor(), datetime.now(UTC)
    service.by_id(db.session(), center_id, by=by)
    if form.validate_on_submit():
        chosen = CenterStatus(form.status.data)
        if kept(form, lambda s: service.set_status(s, center_id, chosen, by=by, now=now)):
            flash(_("The status is saved."), "success")
    return to_center(center_id)


@pages.route("/<uuid:center_id>/scopes/new", methods=["GET", "POST"])
@needs(Permission.CENTER_CREATE)
def new_scope(center_id: UUID) -> ResponseReturnValue:
    """File a level."""
    by, now = actor(), datetime.now(UTC)
    center = service.by_id(db.session(), center_id, by=by)
    form = forms.ScopeForm(from_on=today_at(center))
    if form.validate_on_submit():
        facts = form.facts()
        if kept(form, lambda s: service.file_scope(s, center_id, facts, by=by, now=now)):
            flash(_("The level is filed."), "success")
            return to_center(center_id)
    return form_page(form, _("File a level"), center)


@pages.route("/<uuid:center_id>/scopes/<uuid:scope_id>/end", methods=["GET", "POST"])
@needs(Permission.CENTER_CREATE)
def end_scope(center_id: UUID, scope_id: UUID) -> ResponseReturnValue:
    """Let a filed level end."""
    by, now = actor(), datetime.now(UTC)
    center = service.by_id(db.session(), center_id, by=by)
    form = forms.EndForm(until_on=today_at(center))
    if form.validate_on_submit():
        day = form.until_on.data
        if kept(form, lambda s: service.end_scope(s, scope_id, until_on=day, by=by, now=now)):
            flash(_("The end is on record."), "success")
            return to_center(center_id)
    return form_page(form, _("End a filed level"), center)


@pages.get("/<uuid:center_id>/staff")
@needs(Permission.CENTER_READ)
def staff(center_id: UUID) -> ResponseReturnValue:
    """Who holds which duty, and who must stand aside from whom."""
    center = service.by_id(db.session(), center_id, by=actor())
    form, today = forms.StaffFilter.of(request.args), today_at(center)
    duty = StaffDuty(form.duty.data) if form.duty.data in set(StaffDuty) else None
    query = service.staff_listing(center_id=center.id, duty=duty, on=None if form.when.data == "ever" else today)
    return render_template(
        "centers/staff.html",
        center=center,
        page=page_of(query),
        form=form,
        today=today,
        rights=rights(center),
        warnings=several_duties(center.id, today),
    )


def several_duties(center_id: UUID, today: date) -> list[tuple[str, list[tuple[StaffDuty, StaffDuty]]]]:
    """Staff with duties that ask for standing aside, by name, with the pairs."""
    held: dict[tuple[str, UUID], list[StaffDuty]] = defaultdict(list)
    for role in db.session.scalars(service.staff_listing(center_id=center_id, on=today)):
        held[role.name, role.actor_id].append(role.duty)
    return [(name, pairs) for (name, _actor), duties in held.items() if (pairs := recusals(duties))]


@pages.route("/<uuid:center_id>/staff/new", methods=["GET", "POST"])
@needs(Permission.STAFF_WRITE)
def new_staff(center_id: UUID) -> ResponseReturnValue:
    """Give somebody with an account a duty."""
    by, now = actor(), datetime.now(UTC)
    center = service.by_id(db.session(), center_id, by=by)
    query = accounts.listing(by=by, q=request.args.get("q")).where(Account.trainer_id.is_(None), Account.is_active)
    people = {str(one.id): one for one in db.session.scalars(query.limit(MOST_ACCOUNTS))}
    form = forms.StaffForm(from_on=today_at(center))
    form.account_id.choices = [(key, f"{one.name} · {one.sign_in_name}") for key, one in people.items()]
    if form.validate_on_submit():
        facts = staffing.StaffFacts(
            UUID(form.account_id.data),
            people[form.account_id.data].name,
            StaffDuty(form.duty.data),
            form.from_on.data,
            form.until_on.data,
        )
        if kept(form, lambda s: staffing.assign(s, center_id, facts, by=by, now=now)):
            flash(_("The duty is given."), "success")
            return redirect(url_for(".staff", center_id=center_id))
    return render_template("centers/new_staff.html", form=form, center=center, most=MOST_ACCOUNTS)


@pages.route("/<uuid:center_id>/staff/<uuid:role_id>/end", methods=["GET", "POST"])
@needs(Permission.STAFF_WRITE)
def end_duty(center_id: UUID, role_id: UUID) -> ResponseReturnValue:
    """Let a duty end."""
    by, now = actor(), datetime.now(UTC)
    center = service.by_id(db.session(), center_id, by=by)
    query = service.staff_listing(center_id=center_id).where(StaffRole.id == role_id)
    role = db.first_or_404(query)
    form = forms.EndForm(until_on=today_at(center))
    if form.validate_on_submit():
        day = form.until_on.data
        if kept(form, lambda s: staffing.end_duty(s, role_id, until_on=day, by=by, now=now)):
            flash(_("The end is on record."), "success")
            return redirect(url_for(".staff", center_id=center_id))
    return form_page(form, _("End a duty"), center, lead=role.name)


@pages.route("/<uuid:center_id>/sites/new", methods=["GET", "POST"])
@needs(Permission.CENTER_WRITE)
def new_site(center_id: UUID) -> ResponseReturnValue:
    """Put an address on record."""
    by, now = actor(), datetime.now(UTC)
    center = service.by_id(db.session(), center_id, by=by)
    form = forms.SiteForm.of(None, chinese=chinese())
    if form.validate_on_submit():
        facts = form.facts()
        if kept(form, lambda s: premises.add_site(s, center_id, facts, by=by, now=now)):
            flash(_("The site is on record. Next: add its rooms."), "success")
            return to_center(center_id)
    return form_page(form, _("New site"), center)


@pages.route("/sites/<uuid:site_id>/edit", methods=["GET", "POST"])
@needs(Permission.CENTER_WRITE)
def edit_site(site_id: UUID) -> ResponseReturnValue:
    """Change an address."""
    by, now = actor(), datetime.now(UTC)
    site = premises.site_by_id(db.session(), site_id, by=by)
    form, center = forms.SiteForm.of(site, chinese=chinese()), site.center
    if form.validate_on_submit():
        facts = form.facts()
        if kept(form, lambda s: premises.update_site(s, site_id, facts, by=by, now=now)):
            flash(_("The site is saved."), "success")
            return to_center(center.id)
    return form_page(form, _("Edit the site"), center)


@pages.route("/sites/<uuid:site_id>/rooms/new", methods=["GET", "POST"])
@needs(Permission.CENTER_WRITE)
def new_room(site_id: UUID) -> ResponseReturnValue:
    """Put a room on record."""
    by, now = actor(), datetime.now(UTC)
    site = premises.site_by_id(db.session(), site_id, by=by)
    form, center = forms.RoomForm(), site.center
    if form.validate_on_submit():
        facts = form.facts()
        if kept(form, lambda s: premises.add_room(s, site_id, facts, by=by, now=now)):
            flash(_("The room is on record."), "success")
            return to_center(center.id)
    return form_page(form, _("New room"), center, lead=site.name)


@pages.route("/rooms/<uuid:room_id>/edit", methods=["GET", "POST"])
@needs(Permission.CENTER_WRITE)
def edit_room(room_id: UUID) -> ResponseReturnValue:
    """Change a room."""
    by, now = actor(), datetime.now(UTC)
    room = premises.room_by_id(db.session(), room_id, by=by)
    form, center = forms.RoomForm(obj=room), room.site.center
    if form.validate_on_submit():
        facts = form.facts()
        if kept(form, lambda s: premises.update_room(s, room_id, facts, by=by, now=now)):
            flash(_("The room is saved."), "success")
            return to_center(center.id)
    return form_page(form, _("Edit the room"), center, lead=room.site.name)
