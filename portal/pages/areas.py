"""What the areas of a tier's syllabus are called, in the reader's language."""

from uuid import UUID

from sqlalchemy.orm import Session

from certification.standards import service as standards
from portal.filters import language


def names(session: Session, tier_id: UUID) -> dict[str, str]:
    """Area code to code and title; the code alone where no title is published."""
    chinese = language() == "zh"
    titles = {area.code: (area.zh if chinese else area.en) or area.zh for area in standards.areas(session, tier_id)}
    return {code: f"{code} {title}" if title else code for code, title in titles.items()}
