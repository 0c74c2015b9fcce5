"""Pages of a consultation: comments, replies, disposal, invitations, and the table that sums it all up."""

from datetime import UTC, datetime
from io import BytesIO
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, send_file, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import Unauthorized

from certification.standards import consultation, visibility
from certification.standards.consultation import Author, Words
from certification.standards.models import CommentInvitation, Standard, StandardComment
from certification.standards.rules import Disposal
from portal.access import Permission, needs
from portal.auth.current import account, actor, may
from portal.database import db, unit_of_work
from portal.filters import public_url
from portal.forms import standards as forms
from portal.limits import limiter
from portal.pages.comment_files import summary_docx, summary_xlsx
from portal.pages.documents import reader, said, today
from portal.pages.editor import deed, whole
from portal.pages.keeping import kept
from portal.pages.tables import page_of
from training_base.kernel.errors import NotFound

pages = Blueprint("consulting", __name__, url_prefix="/standards")

INVITATION = "comment_invitation"
COMMENTS, LINKS = "20 per minute", "30 per minute"
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def invitation(standard_id: UUID) -> CommentInvitation | None:
    """The invitation that this browser came in with, if it is for that standard and still holds."""
    key = session.get(INVITATION)
    found = db.session.get(CommentInvitation, UUID(key)) if key else None
    return found if found and found.standard_id == standard_id and found.revoked_at is None else None


def author(standard_id: UUID) -> Author:
    """Who comments.

    Raises:
        Unauthorized: neither signed in nor invited.
    """
    signed_in, invited = account(), invitation(standard_id)
    if signed_in is not None:
        return Author(signed_in.name, account_id=signed_in.id)
    if invited is None:
        raise Unauthorized
    return Author(invited.name, invited.organisation, invitation_id=invited.id)


def who(comment: StandardComment) -> str:
    """Who says so: the name for writers of standards and the person itself, the organisation for others."""
    own = account() is not None and comment.account_id == account().id  # type: ignore[union-attr]
    if own or may(Permission.STANDARD_WRITE):
        return " · ".join(part for part in (comment.author_organisation, comment.author_name) if part)
    return comment.author_organisation or _("A private person")


def may_comment(standard_id: UUID) -> bool:
    """Whether this browser may write comments."""
    return account() is not None or invitation(standard_id) is not None


@pages.app_context_processor
def talking() -> dict[str, Any]:
    """What the templates of comments ask for."""
    return {
        "who": who,
        "may_comment": may_comment,
        "comment_form": lambda: forms.CommentForm(formdata=None),
        "reply_form": lambda comment: forms.ReplyForm(formdata=None, prefix=""),
        "dispose_form": lambda comment: forms.DisposeForm(formdata=None, obj=comment),
    }


def find(standard_id: UUID) -> Standard:
    """The standard, if the reader may know of it."""
    return visibility.standard(db.session(), standard_id, by=reader())


@pages.get("/documents/<uuid:standard_id>/comments")
@needs(Permission.PUBLIC)
def comments(standard_id: UUID) -> ResponseReturnValue:
    """The comments on a standard."""
    return comments_page(find(standard_id), forms.CommentForm(formdata=None))


def comments_page(standard: Standard, form: forms.CommentForm) -> str:
    """The comments, with the form of a new one on the whole."""
    search = forms.CommentFilter(request.args)
    wanted = search.disposal.data if search.disposal.data in {"open", *Disposal} else None
    counts = consultation.counts(db.session(), standard.id)
    return render_template(
        "consulting/comments.html",
        standard=standard,
        search=search,
        form=form,
        comments=page_of(consultation.listing(standard.id, by=reader(), disposal=wanted)),
        counts=counts,
        total=sum(counts.values()),
        is_open=consultation.is_open(standard, today()),
        said=said,
    )


@pages.post("/documents/<uuid:standard_id>/comments")
@needs(Permission.PUBLIC)
@limiter.limit(COMMENTS)
def comment(standard_id: UUID) -> ResponseReturnValue:
    """Comment on the whole, or on the node that the address names."""
    form, by, now, day = forms.CommentForm(), reader(), datetime.now(UTC), today()
    find(standard_id)
    signed, node_id = author(standard_id), request.args.get("node", type=UUID)
    if form.validate_on_submit():
        words = Words(form.text.data, node_id, form.proposed.data)

        def do(work: Any) -> StandardComment:
            return consultation.comment(work, standard_id, words, signed, by=by, now=now, today=day)

        if made := kept(form, do):
            flash(_("Thank you. Your comment has number %(number)s.", number=made.number), "success")
            return back(standard_id, node_id)
    return comments_page(find(standard_id), form)


def back(standard_id: UUID, node_id: UUID | None) -> ResponseReturnValue:
    """To the place that was commented on."""
    if node_id:
        return redirect(url_for("documents.node", node_id=node_id) + "#comments")
    return redirect(url_for("consulting.comments", standard_id=standard_id))


def to_comment(made: StandardComment) -> ResponseReturnValue:
    """To a comment in the list."""
    page = ((made.number or 1) - 1) // 25 + 1
    return redirect(url_for("consulting.comments", standard_id=made.standard_id, page=page) + f"#c{made.number}")


@pages.post("/comments/<uuid:comment_id>/replies")
@needs(Permission.PUBLIC)
@limiter.limit(COMMENTS)
def reply(comment_id: UUID) -> ResponseReturnValue:
    """Answer a comment."""
    form, by, now, day = forms.ReplyForm(), reader(), datetime.now(UTC), today()
    subject = consultation.by_id(db.session(), comment_id, by=by)
    signed, text = author(subject.standard_id), form.text.data
    if form.validate_on_submit():
        deed(lambda work: consultation.reply(work, comment_id, text, signed, by=by, now=now, today=day))
    else:
        flash(_("Enter your reply."), "danger")
    return to_comment(consultation.by_id(db.session(), comment_id, by=by))


@pages.post("/comments/<uuid:comment_id>/disposal")
@needs(Permission.STANDARD_WRITE)
def dispose(comment_id: UUID) -> ResponseReturnValue:
    """Say what becomes of a comment."""
    form, by, now = forms.DisposeForm(), actor(), datetime.now(UTC)
    consultation.by_id(db.session(), comment_id, by=by)
    if form.validate_on_submit():
        disposal, reason, seen = Disposal(form.disposal.data), form.reason.data, whole(form.revision.data)
        if deed(lambda work: consultation.dispose(work, comment_id, disposal, reason, revision=seen, by=by, now=now)):
            flash(_("Saved."), "success")
    else:
        flash(_("Choose the disposal."), "danger")
    return to_comment(consultation.by_id(db.session(), comment_id, by=by))


@pages.get("/documents/<uuid:standard_id>/comments/summary")
@needs(Permission.STANDARD_WRITE)
def summary(standard_id: UUID) -> ResponseReturnValue:
    """The table that sums up all comments and what became of them."""
    standard = find(standard_id)
    return render_template(
        "consulting/summary.html",
        standard=standard,
        comments=page_of(consultation.listing(standard.id, by=actor()), per_page=50),
        counts=consultation.counts(db.session(), standard.id),
        said=said,
    )


@pages.get("/documents/<uuid:standard_id>/comments/summary.<any(docx,xlsx):ending>")
@needs(Permission.STANDARD_WRITE)
def summary_file(standard_id: UUID, ending: str) -> ResponseReturnValue:
    """The same table as a document or workbook."""
    standard = find(standard_id)
    rows = list(db.session.scalars(consultation.listing(standard.id, by=actor())))
    make, kind = (summary_docx, WORD) if ending == "docx" else (summary_xlsx, EXCEL)
    name = f"{standard.code}-征求意见汇总表.{ending}"
    return send_file(BytesIO(make(standard, rows)), mimetype=kind, as_attachment=True, download_name=name)


@pages.route("/documents/<uuid:standard_id>/invitations", methods=["GET", "POST"])
@needs(Permission.STANDARD_WRITE)
def invitations(standard_id: UUID) -> ResponseReturnValue:
    """Invite people without an account to comment; a new link is shown once."""
    form, by, now, link = forms.InviteForm(), actor(), datetime.now(UTC), None
    find(standard_id)
    if form.validate_on_submit():
        name, body = form.name.data, form.organisation.data
        if made := kept(form, lambda work: consultation.invite(work, standard_id, name, body, by=by, now=now)[1]):
            link = public_url("consulting.enter", token=made)
    page = page_of(consultation.invitations(standard_id))
    return render_template("consulting/invitations.html", standard=find(standard_id), form=form, link=link, page=page)


@pages.post("/invitations/<uuid:invitation_id>/revoke")
@needs(Permission.STANDARD_WRITE)
def revoke(invitation_id: UUID) -> ResponseReturnValue:
    """Take an invitation back."""
    by, now = actor(), datetime.now(UTC)
    with unit_of_work() as work:
        standard_id = consultation.revoke(work, invitation_id, by=by, now=now).standard_id
    flash(_("The link no longer works."), "success")
    return redirect(url_for(".invitations", standard_id=standard_id))


@pages.get("/invited/<token>")
@needs(Permission.PUBLIC)
@limiter.limit(LINKS)
def enter(token: str) -> ResponseReturnValue:
    """Come in by an invitation: the browser may comment from now on, as the person who was invited."""
    try:
        found = consultation.by_token(db.session(), token)
        find(found.standard_id)
    except NotFound:
        flash(_("This invitation does not hold. Ask whoever sent it for a new one."), "danger")
        return redirect(url_for("standards.index"))
    session[INVITATION] = str(found.id)
    flash(_("Welcome, %(name)s. You may comment on this draft.", name=found.name), "success")
    return redirect(url_for(".comments", standard_id=found.standard_id))
