"""Closed sets about training centers."""

from enum import StrEnum


class CenterKind(StrEnum):
    """Who runs the body; the value is the first letter of its code."""

    EMPLOYER = "Y"
    THIRD_PARTY = "S"


class CenterStatus(StrEnum):
    """Whether the body may work."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    CLOSED = "closed"


class StaffDuty(StrEnum):
    """What staff may be at a center; one person may hold several."""

    MANAGER = "manager"
    TEACHER = "teacher"
    ITEM_WRITER = "item_writer"
    EXAMINER = "examiner"
    INVIGILATOR = "invigilator"
    QUALITY_SUPERVISOR = "quality_supervisor"
    CERTIFICATION_OFFICER = "certification_officer"
