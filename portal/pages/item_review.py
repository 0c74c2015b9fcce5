"""Item review: findings over the bank, two items side by side, versions compared, comments."""

import csv
from datetime import UTC, datetime
from io import StringIO
from typing import Any
from uuid import UUID

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from certification.item_bank import history
from certification.item_bank import service as items
from certification.item_bank.models import Item, ItemVersion
from certification.item_review import commenting, service
from certification.item_review.models import ItemFlag
from portal.access import Permission, needs
from portal.auth.current import actor
from portal.database import db, unit_of_work
from portal.forms.item_review import CommentForm, FindingSearch, SetAsideForm
from portal.labels import label
from portal.pages.tables import page_of
from portal.sentences.item_review import MEANING, PATTERNS
from training_base.kernel.errors import NotFound, Refusal

pages = Blueprint("item_review", __name__, url_prefix="/item-review")


@pages.get("/")
@needs(Permission.ITEM_READ)
def index() -> ResponseReturnValue:
    """Findings in the reader's banks."""
    form, by = FindingSearch(request.args), actor()
    only, session = form.filter(), db.session()
    patterns = service.biases(session, only.level, by=by) if only.level else []
    return render_template(
        "item_review/index.html",
        page=page_of(service.listing(only, by=by)),
        form=form,
        only=only,
        counts=service.counts(session, by=by),
        patterns=patterns,
        meaning=MEANING,
        names=PATTERNS,
    )


@pages.get("/findings.csv")
@needs(Permission.ITEM_READ)
def export() -> ResponseReturnValue:
    """The findings of the search, without what the items say."""
    file = StringIO()
    writer = csv.writer(file)
    writer.writerow(
        [_("Code"), _("Version"), _("Finding"), _("Other item"), _("Likeness"), _("Set aside by"), _("Reason")]
    )
    query = service.listing(FindingSearch(request.args).filter(), by=actor())
    writer.writerows(row_of(flag) for flag in db.session.scalars(query))
    headers = {"Content-Disposition": 'attachment; filename="item-findings.csv"'}
    return current_app.response_class("\ufeff" + file.getvalue(), mimetype="text/csv", headers=headers)


def row_of(flag: ItemFlag) -> list[str]:
    """A finding as a row; a reason never begins a formula."""
    reason = flag.set_aside_reason or ""
    return [
        flag.item.code,
        str(flag.version),
        label(flag.finding),
        flag.other.code if flag.other else "",
        "" if flag.likeness is None else f"{flag.likeness / 10:.1f} %",
        flag.set_aside_by_name or "",
        f"'{reason}" if reason[:1] in {"=", "+", "-", "@"} else reason,
    ]


@pages.post("/run")
@needs(Permission.ITEM_WRITE)
def run() -> ResponseReturnValue:
    """Look through the actor's banks, a job per level and bank."""
    by, now = actor(), datetime.now(UTC)
    with unit_of_work() as session:
        jobs = [job.id for job in service.ask_for_review(session, by=by, now=now)]
    if not jobs:
        flash(_("There is no item in your banks yet."), "warning")
        return redirect(url_for(".index"))
    return redirect(url_for("jobs.show", job_id=jobs[0]) if len(jobs) == 1 else url_for("jobs.index"))


@pages.get("/findings/<uuid:flag_id>")
@needs(Permission.ITEM_READ)
def finding(flag_id: UUID) -> ResponseReturnValue:
    """One finding; where it is about two items, both side by side, with what differs."""
    return shown(flag_id, SetAsideForm())


def shown(flag_id: UUID, form: SetAsideForm) -> ResponseReturnValue:
    """The page of a finding; that live items were read is on record."""
    by, now = actor(Permission.ITEM_READ), datetime.now(UTC)
    with unit_of_work() as session:
        flag = service.by_id(session, flag_id, by=by)
        for item_id in filter(None, (flag.item_id, flag.other_id)):
            _read(session, item_id, by=by, now=now)
    flag = service.by_id(db.session(), flag_id, by=by)
    other = _seen(flag.other_id)
    change = history.compare(flag.item.current.content, other.current.content) if other else None
    return render_template(
        "item_review/finding.html", flag=flag, other=other, change=change, form=form, meaning=MEANING
    )


def _read(session: Any, item_id: UUID, *, by: Any, now: datetime) -> None:
    """Put the reading on record where the reader may see the item."""
    try:
        items.open_item(session, item_id, by=by, now=now)
    except NotFound:
        return


def _seen(item_id: UUID | None) -> Item | None:
    """The other item where the reader may see it; whoever writes for a center does not see the city's bank."""
    if item_id is None:
        return None
    try:
        return items.by_id(db.session(), item_id, by=actor(Permission.ITEM_READ))
    except NotFound:
        return None


@pages.post("/findings/<uuid:flag_id>/set-aside")
@needs(Permission.ITEM_APPROVE)
def set_aside(flag_id: UUID) -> ResponseReturnValue:
    """Say that a finding may stay."""
    form, by, now = SetAsideForm(), actor(), datetime.now(UTC)
    service.by_id(db.session(), flag_id, by=by)
    if not form.validate_on_submit():
        return shown(flag_id, form)
    try:
        with unit_of_work() as session:
            service.set_aside(session, flag_id, reason=str(form.reason.data), by=by, now=now)
    except Refusal as refusal:
        form.refuse(refusal)
        return shown(flag_id, form)
    flash(_("The finding is set aside."), "success")
    return redirect(url_for(".finding", flag_id=flag_id))


@pages.post("/findings/<uuid:flag_id>/take-up")
@needs(Permission.ITEM_APPROVE)
def take_up(flag_id: UUID) -> ResponseReturnValue:
    """Open a finding again."""
    by, now = actor(), datetime.now(UTC)
    with unit_of_work() as session:
        service.take_up(session, flag_id, by=by, now=now)
    flash(_("The finding is open again."), "success")
    return redirect(url_for(".finding", flag_id=flag_id))


@pages.get("/items/<uuid:item_id>/versions/<int(max=1000000):before>/<int(max=1000000):after>")
@needs(Permission.ITEM_READ)
def versions(item_id: UUID, before: int, after: int) -> ResponseReturnValue:
    """What changed from one version to another."""
    by, now = actor(), datetime.now(UTC)
    with unit_of_work() as session:
        items.open_item(session, item_id, by=by, now=now)
    item = items.by_id(db.session(), item_id, by=by)
    old, new = version_of(item, before), version_of(item, after)
    change = history.compare(old.content, new.content, references=(old.reference, new.reference))
    return render_template(
        "item_review/versions.html", item=item, old=old, new=new, change=change, is_same=history.is_same
    )


def version_of(item: Item, number: int) -> ItemVersion:
    """A version of an item by its number.

    Raises:
        NotFound: there is none.
    """
    for version in item.versions:
        if version.number == number:
            return version
    raise NotFound("item", number)


@pages.post("/items/<uuid:item_id>/comments")
@needs(Permission.ITEM_READ)
def comment(item_id: UUID) -> ResponseReturnValue:
    """Say something about an item."""
    form, by, now = CommentForm(), actor(), datetime.now(UTC)
    items.by_id(db.session(), item_id, by=by)
    if form.validate_on_submit():
        with unit_of_work() as session:
            commenting.comment(session, item_id, str(form.text.data), by=by, now=now)
        flash(_("The comment is kept."), "success")
    else:
        flash(_("Write what you want to say."), "danger")
    return redirect(url_for("items.show", item_id=item_id, _anchor="comments"))


@pages.post("/comments/<uuid:comment_id>/settle")
@needs(Permission.ITEM_READ)
def settle(comment_id: UUID) -> ResponseReturnValue:
    """Note that a comment is dealt with, or open it again."""
    by, now = actor(), datetime.now(UTC)
    with unit_of_work() as session:
        item_id = commenting.settle(session, comment_id, by=by, now=now).item_id
    return redirect(url_for("items.show", item_id=item_id, _anchor="comments"))


def facts_of(item: Item) -> dict[str, Any]:
    """What the page of an item shows of its review."""
    session = db.session()
    return {
        "flags": service.of_item(session, item.id),
        "comments": commenting.comments(session, item.id),
        "comment_form": CommentForm(formdata=None),
        "meaning": MEANING,
    }
