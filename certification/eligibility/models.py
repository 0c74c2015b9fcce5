"""Tables of eligibility, all of it dated data: rule sets, lists of related occupations and subjects."""

from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from certification.eligibility.rules import RelatedKind
from certification.standards.models import Tier
from certification.standards.rules import Evidence
from training_base.kernel.orm import Base


class EligibilityRuleSet(Base):
    """The rules for one tier from one day; a candidate qualifies by any one of them.

    ``rules`` is None where the text was not published: then nobody can be judged by it.
    """

    __tablename__ = "eligibility_rule_set"
    __table_args__ = (sa.UniqueConstraint("code", "tier_id"),)

    code: Mapped[str]
    tier_id: Mapped[UUID] = mapped_column(sa.ForeignKey("tier.id"))
    title_zh: Mapped[str]
    title_en: Mapped[str]
    rules: Mapped[list[dict[str, Any]] | None]
    evidence: Mapped[Evidence]
    from_on: Mapped[date]
    until_on: Mapped[date | None]

    tier: Mapped[Tier] = relationship()


class RelatedList(Base):
    """A list of related occupations or subjects from one day.

    ``entries`` are names in Chinese and English, ``{"zh": ..., "en": ...}``; None where the list was not published.
    """

    __tablename__ = "related_list"

    code: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[RelatedKind]
    title_zh: Mapped[str]
    title_en: Mapped[str]
    entries: Mapped[list[dict[str, Any]] | None]
    evidence: Mapped[Evidence]
    source: Mapped[str | None]
    from_on: Mapped[date]
    until_on: Mapped[date | None]
