"""Tables of standards: editions, tiers, their nodes, links and weights, knowledge points, schemes."""

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from certification.standards.rules import (
    Component,
    Disposal,
    EditKind,
    Evidence,
    LinkKind,
    NodeKind,
    SchemePlan,
    StandardKind,
    StandardStatus,
    read_plan,
)
from training_base.kernel.orm import Base


def own_code(context: sa.engine.default.DefaultExecutionContext) -> str:
    """The code of the row that is being written."""
    parameters: dict[str, Any] = context.get_current_parameters()  # type: ignore[no-untyped-call]
    return str(parameters["code"])


class Standard(Base):
    """An edition of a standard, or a framework taken over from another publisher; one document of its own.

    Editions that follow one another share ``series``. ``identifier`` names the document to other systems.
    ``extra`` keeps what an exchange file said beyond our columns, ``facts`` what our own data files say.
    """

    __tablename__ = "standard"

    identifier: Mapped[UUID] = mapped_column(index=True, unique=True, default=uuid4)
    code: Mapped[str] = mapped_column(unique=True)
    series: Mapped[str] = mapped_column(index=True, default=own_code)
    version: Mapped[str] = mapped_column(default=own_code)
    occupation_code: Mapped[str | None] = mapped_column(index=True)
    kind: Mapped[StandardKind]
    status: Mapped[StandardStatus] = mapped_column(index=True)
    language: Mapped[str] = mapped_column(default="zh")
    title_zh: Mapped[str]
    title_en: Mapped[str]
    issuers_zh: Mapped[list[str]] = mapped_column(default=list)
    published: Mapped[str | None]
    consultation_from_on: Mapped[date | None]
    consultation_until_on: Mapped[date | None]
    trial_from_on: Mapped[date | None]
    adopted_on: Mapped[date | None]
    deprecated_on: Mapped[date | None]
    replaces_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("standard.id"), index=True)
    created_by_id: Mapped[UUID | None]
    created_by: Mapped[str | None]
    created_at: Mapped[datetime | None]
    changed_at: Mapped[datetime | None]
    evidence: Mapped[Evidence]
    source: Mapped[str | None]
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    extra: Mapped[dict[str, Any]] = mapped_column(default=dict)
    revision: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012  SQLAlchemy reads it from the class

    tiers: Mapped[list["Tier"]] = relationship(back_populates="standard", order_by="Tier.level.desc()")
    replaces: Mapped["Standard | None"] = relationship(remote_side="Standard.id")

    @property
    def is_draft(self) -> bool:
        """Whether its text may still be changed; all that outsiders can read is fixed."""
        return self.status is StandardStatus.PRIVATE_DRAFT


class Tier(Base):
    """One level of an edition; level 1 is the highest."""

    __tablename__ = "tier"
    __table_args__ = (
        sa.UniqueConstraint("standard_id", "level"),
        sa.CheckConstraint("level BETWEEN 1 AND 9", name="level"),
    )

    identifier: Mapped[UUID] = mapped_column(index=True, unique=True, default=uuid4)
    standard_id: Mapped[UUID] = mapped_column(sa.ForeignKey("standard.id"))
    level: Mapped[int]
    title_zh: Mapped[str]
    title_en: Mapped[str]
    training_hours: Mapped[int | None]
    validity_months: Mapped[int | None]
    evidence: Mapped[Evidence]
    source: Mapped[str | None]
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    extra: Mapped[dict[str, Any]] = mapped_column(default=dict)
    revision: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012  SQLAlchemy reads it from the class

    standard: Mapped[Standard] = relationship(back_populates="tiers")
    nodes: Mapped[list["StandardNode"]] = relationship(back_populates="tier", order_by="StandardNode.position")
    weights: Mapped[list["TierWeight"]] = relationship(back_populates="tier", order_by="TierWeight.position")


class StandardNode(Base):
    """A function, duty, criterion, piece of knowledge, theme or foreign item; None in a text means not published.

    ``position`` orders the children of one parent and may leave gaps. A node of a framework without tiers has no
    ``tier_id``. ``placement_identifier`` names the association that hangs it under its parent.
    """

    __tablename__ = "standard_node"
    __table_args__ = (sa.Index("ix_standard_node_children", "standard_id", "tier_id", "parent_id", "position"),)

    identifier: Mapped[UUID] = mapped_column(index=True, unique=True, default=uuid4)
    placement_identifier: Mapped[UUID] = mapped_column(index=True, unique=True, default=uuid4)
    standard_id: Mapped[UUID] = mapped_column(sa.ForeignKey("standard.id"))
    tier_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("tier.id"), index=True)
    parent_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("standard_node.id"), index=True)
    kind: Mapped[NodeKind]
    code: Mapped[str | None]
    zh: Mapped[str | None]
    en: Mapped[str | None]
    evidence: Mapped[Evidence]
    source: Mapped[str | None]
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    extra: Mapped[dict[str, Any]] = mapped_column(default=dict)
    position: Mapped[int]
    revision: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012  SQLAlchemy reads it from the class

    standard: Mapped[Standard] = relationship()
    tier: Mapped[Tier | None] = relationship(back_populates="nodes")


class NodeLink(Base):
    """What ties a node to another, here or elsewhere; the document ``standard_id`` says so.

    An end is named by its identifier where it has a UUID, by its address otherwise.
    """

    __tablename__ = "node_link"

    identifier: Mapped[UUID] = mapped_column(index=True, unique=True, default=uuid4)
    standard_id: Mapped[UUID] = mapped_column(sa.ForeignKey("standard.id"), index=True)
    kind: Mapped[LinkKind]
    origin_identifier: Mapped[UUID | None] = mapped_column(index=True)
    origin_uri: Mapped[str | None]
    destination_identifier: Mapped[UUID | None] = mapped_column(index=True)
    destination_uri: Mapped[str | None]
    sequence: Mapped[int | None]
    extra: Mapped[dict[str, Any]] = mapped_column(default=dict)

    standard: Mapped[Standard] = relationship()


class StandardPart(Base):
    """A definition or rubric of a framework, kept as its publisher wrote it.

    ``kind`` is the property that lists it in a CASE package, such as ``CFSubjects`` or ``CFRubrics``. Publishers use
    one definition in many frameworks, so an identifier is unique within a standard only.
    """

    __tablename__ = "standard_part"
    __table_args__ = (sa.UniqueConstraint("standard_id", "identifier"),)

    standard_id: Mapped[UUID] = mapped_column(sa.ForeignKey("standard.id"))
    identifier: Mapped[UUID] = mapped_column(index=True)
    kind: Mapped[str]
    title: Mapped[str]
    hierarchy_code: Mapped[str]
    content: Mapped[dict[str, Any]]
    position: Mapped[int]

    standard: Mapped[Standard] = relationship()


class FrameworkFile(Base):
    """A framework's file, kept from its dry run until it is stored or thrown away; then only its traces stay."""

    __tablename__ = "framework_file"

    file_name: Mapped[str]
    digest: Mapped[str]
    content: Mapped[bytes | None]
    asked_by: Mapped[UUID] = mapped_column(index=True)
    asked_at: Mapped[datetime]
    standard_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("standard.id"), index=True)
    stored_at: Mapped[datetime | None]


class TierWeight(Base):
    """The share of an area in one component, in per cent; None is not published, 0 is not examined.

    ``node_id`` is the function that the row weighs; the basic requirements have none.
    """

    __tablename__ = "tier_weight"
    __table_args__ = (sa.UniqueConstraint("tier_id", "component", "position"),)

    tier_id: Mapped[UUID] = mapped_column(sa.ForeignKey("tier.id"))
    component: Mapped[Component]
    zh: Mapped[str]
    en: Mapped[str]
    percent: Mapped[int | None]
    inferred_percent: Mapped[int | None]
    node_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("standard_node.id"), index=True)
    evidence: Mapped[Evidence]
    source: Mapped[str | None]
    position: Mapped[int]

    tier: Mapped[Tier] = relationship(back_populates="weights")


class KnowledgePoint(Base):
    """The smallest unit of a syllabus; ``area`` is the code of its duty, or 0.1 and 0.2 for the basics."""

    __tablename__ = "knowledge_point"
    __table_args__ = (
        sa.UniqueConstraint("tier_id", "code"),
        sa.Index("ix_knowledge_point_area", "tier_id", "area"),
    )

    identifier: Mapped[UUID] = mapped_column(index=True, unique=True, default=uuid4)
    tier_id: Mapped[UUID] = mapped_column(sa.ForeignKey("tier.id"))
    code: Mapped[str]
    area: Mapped[str]
    title: Mapped[str]
    evidence: Mapped[Evidence]
    source: Mapped[str | None]

    tier: Mapped[Tier] = relationship()


class Scheme(Base):
    """A dated local way to examine a tier; its content is never changed, a change is a new scheme."""

    __tablename__ = "scheme"

    code: Mapped[str] = mapped_column(unique=True)
    tier_id: Mapped[UUID] = mapped_column(sa.ForeignKey("tier.id"), index=True)
    title_zh: Mapped[str]
    title_en: Mapped[str]
    is_demonstration: Mapped[bool] = mapped_column(default=False)
    from_on: Mapped[date]
    until_on: Mapped[date | None]
    content: Mapped[dict[str, Any]]

    tier: Mapped[Tier] = relationship()

    @property
    def plan(self) -> SchemePlan:
        """The exams of the scheme as values."""
        return read_plan(self.content)

    def is_in_force_on(self, day: date) -> bool:
        """Whether exams may be held under it that day; the last day no longer counts."""
        return self.from_on <= day and (self.until_on is None or day < self.until_on)


class StandardEdit(Base):
    """One edit of a draft: the rows it touched, each as it was before and after; see ``history.py``."""

    __tablename__ = "standard_edit"
    __table_args__ = (sa.UniqueConstraint("standard_id", "number"),)

    standard_id: Mapped[UUID] = mapped_column(sa.ForeignKey("standard.id"))
    number: Mapped[int]
    kind: Mapped[EditKind]
    changes: Mapped[list[dict[str, Any]]]
    at: Mapped[datetime]
    by_id: Mapped[UUID]
    by_name: Mapped[str]
    undone_at: Mapped[datetime | None]
    is_redoable: Mapped[bool] = mapped_column(default=False)


class CommentInvitation(Base):
    """A link by which somebody without an account comments on a draft; only the digest of its token is kept."""

    __tablename__ = "comment_invitation"

    standard_id: Mapped[UUID] = mapped_column(sa.ForeignKey("standard.id"), index=True)
    token_digest: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    organisation: Mapped[str | None]
    created_by: Mapped[str]
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]

    standard: Mapped[Standard] = relationship()


class StandardComment(Base):
    """A comment on a node of a draft, or on the whole; a reply has a parent and no number of its own."""

    __tablename__ = "standard_comment"
    __table_args__ = (sa.UniqueConstraint("standard_id", "number"),)

    standard_id: Mapped[UUID] = mapped_column(sa.ForeignKey("standard.id"))
    number: Mapped[int | None]
    node_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("standard_node.id"), index=True)
    parent_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("standard_comment.id"), index=True)
    account_id: Mapped[UUID | None] = mapped_column(index=True)
    invitation_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("comment_invitation.id"), index=True)
    author_name: Mapped[str]
    author_organisation: Mapped[str | None]
    text: Mapped[str]
    proposed: Mapped[str | None]
    created_at: Mapped[datetime]
    disposal: Mapped[Disposal | None]
    disposal_reason: Mapped[str | None]
    disposed_by_id: Mapped[UUID | None]
    disposed_by: Mapped[str | None]
    disposed_at: Mapped[datetime | None]
    revision: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012  SQLAlchemy reads it from the class

    standard: Mapped[Standard] = relationship()
    node: Mapped[StandardNode | None] = relationship()
    replies: Mapped[list["StandardComment"]] = relationship(order_by="StandardComment.created_at", viewonly=True)
