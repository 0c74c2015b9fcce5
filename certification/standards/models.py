"""Tables of standards: editions, tiers, their nodes and weights, knowledge points, schemes."""

from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from certification.standards.rules import (
    Component,
    Evidence,
    NodeKind,
    SchemePlan,
    StandardKind,
    StandardStatus,
    read_plan,
)
from training_base.kernel.orm import Base


class Standard(Base):
    """An edition of an occupational standard."""

    __tablename__ = "standard"

    code: Mapped[str] = mapped_column(unique=True)
    occupation_code: Mapped[str] = mapped_column(index=True)
    kind: Mapped[StandardKind]
    status: Mapped[StandardStatus]
    title_zh: Mapped[str]
    title_en: Mapped[str]
    issuers_zh: Mapped[list[str]] = mapped_column(default=list)
    published: Mapped[str | None]
    evidence: Mapped[Evidence]
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)

    tiers: Mapped[list["Tier"]] = relationship(back_populates="standard", order_by="Tier.level.desc()")


class Tier(Base):
    """One level of an edition; level 1 is the highest."""

    __tablename__ = "tier"
    __table_args__ = (
        sa.UniqueConstraint("standard_id", "level"),
        sa.CheckConstraint("level BETWEEN 1 AND 5", name="level"),
    )

    standard_id: Mapped[UUID] = mapped_column(sa.ForeignKey("standard.id"))
    level: Mapped[int]
    title_zh: Mapped[str]
    title_en: Mapped[str]
    training_hours: Mapped[int | None]
    validity_months: Mapped[int | None]
    evidence: Mapped[Evidence]
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)

    standard: Mapped[Standard] = relationship(back_populates="tiers")
    nodes: Mapped[list["TierNode"]] = relationship(back_populates="tier", order_by="TierNode.position")
    weights: Mapped[list["TierWeight"]] = relationship(back_populates="tier", order_by="TierWeight.position")


class TierNode(Base):
    """A function, duty, criterion, piece of knowledge or theme; None in a text means not published."""

    __tablename__ = "tier_node"

    tier_id: Mapped[UUID] = mapped_column(sa.ForeignKey("tier.id"), index=True)
    parent_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("tier_node.id"), index=True)
    kind: Mapped[NodeKind]
    code: Mapped[str | None]
    zh: Mapped[str | None]
    en: Mapped[str | None]
    evidence: Mapped[Evidence]
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    position: Mapped[int]

    tier: Mapped[Tier] = relationship(back_populates="nodes")


class TierWeight(Base):
    """The share of an area in one component, in per cent; None is not published, 0 is not examined."""

    __tablename__ = "tier_weight"
    __table_args__ = (sa.UniqueConstraint("tier_id", "component", "position"),)

    tier_id: Mapped[UUID] = mapped_column(sa.ForeignKey("tier.id"))
    component: Mapped[Component]
    zh: Mapped[str]
    en: Mapped[str]
    percent: Mapped[int | None]
    inferred_percent: Mapped[int | None]
    evidence: Mapped[Evidence]
    position: Mapped[int]

    tier: Mapped[Tier] = relationship(back_populates="weights")


class KnowledgePoint(Base):
    """The smallest unit of a syllabus; ``area`` is the code of its duty, or 0.1 and 0.2 for the basics."""

    __tablename__ = "knowledge_point"
    __table_args__ = (
        sa.UniqueConstraint("tier_id", "code"),
        sa.Index("ix_knowledge_point_area", "tier_id", "area"),
    )

    tier_id: Mapped[UUID] = mapped_column(sa.ForeignKey("tier.id"))
    code: Mapped[str]
    area: Mapped[str]
    title: Mapped[str]
    evidence: Mapped[Evidence]

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
