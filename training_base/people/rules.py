"""Closed sets about people."""

from enum import StrEnum


class Sex(StrEnum):
    """As identity documents of the country state it."""

    FEMALE = "female"
    MALE = "male"


class DocumentKind(StrEnum):
    """Kinds of identity document that a trainer may show."""

    RESIDENT_ID = "resident_id"
    RESIDENCE_PERMIT_HMT = "residence_permit_hmt"
    TRAVEL_PERMIT_HM = "travel_permit_hm"
    TRAVEL_PERMIT_TW = "travel_permit_tw"
    PERMANENT_RESIDENCE_OLD = "permanent_residence_old"
    PERMANENT_RESIDENCE = "permanent_residence"
    PASSPORT = "passport"


class EducationLevel(StrEnum):
    """Kinds of schooling, as the eligibility rules tell them apart."""

    JUNIOR_MIDDLE = "junior_middle"
    SENIOR_MIDDLE = "senior_middle"
    SECONDARY_VOCATIONAL = "secondary_vocational"
    TECHNICAL_SCHOOL = "technical_school"
    TECHNICAL_SENIOR = "technical_senior"
    HIGHER_VOCATIONAL = "higher_vocational"
    BACHELOR = "bachelor"
    MASTER = "master"
    DOCTOR = "doctor"


class TitleRank(StrEnum):
    """Ranks of a professional title, the lowest first."""

    JUNIOR = "junior"
    INTERMEDIATE = "intermediate"
    SENIOR = "senior"


class Domain(StrEnum):
    """Fields in which a trainer works."""

    MEDICAL_IMAGING = "medical_imaging"
    FINANCIAL_RISK = "financial_risk"
    GOVERNMENT_DIALOGUE = "government_dialogue"
    CUSTOMER_SERVICE = "customer_service"
    AUTONOMOUS_DRIVING = "autonomous_driving"
    INDUSTRIAL_INSPECTION = "industrial_inspection"
    SPEECH = "speech"
    EDUCATION = "education"
    LANGUAGE_MODELS = "language_models"


class CoreTask(StrEnum):
    """The three core tasks of the occupation that a skill profile rates."""

    ANNOTATION = "annotation"
    OPTIMISATION = "optimisation"
    TESTING = "testing"
