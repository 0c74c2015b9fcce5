"""Rules of examinations: life cycles, deadlines, which save wins."""

from enum import StrEnum


class ExamSessionStatus(StrEnum):
    """The life of an exam session."""

    PLANNED = "planned"
    OPEN = "open"
    RUNNING = "running"
    CLOSED = "closed"
    PUBLISHED = "published"
    CANCELLED = "cancelled"


class SessionDuty(StrEnum):
    """What staff do in one exam session."""

    INVIGILATOR = "invigilator"
    EXAMINER = "examiner"


class RegistrationStatus(StrEnum):
    """A candidate's place in an exam session."""

    REGISTERED = "registered"
    ADMITTED = "admitted"
    ABSENT = "absent"
    DISQUALIFIED = "disqualified"
    WITHDRAWN = "withdrawn"


class SubmittedBy(StrEnum):
    """Who handed an attempt in."""

    CANDIDATE = "candidate"
    SERVER = "server"
    INVIGILATOR = "invigilator"


class IncidentKind(StrEnum):
    """What may happen in an exam room."""

    FOCUS_LOST = "focus_lost"
    DEVICE_CHANGED = "device_changed"
    EXTRA_TIME = "extra_time"
    LATE = "late"
    MISCONDUCT = "misconduct"
    TECHNICAL = "technical"
    OTHER = "other"
