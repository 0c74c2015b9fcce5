"""What closed values are called, in the reader's language."""

from enum import Enum

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from certification.certificates.rules import (
    CertificateStatus,
    ChangeKind,
    ChangeReason,
    ChangeStatus,
    DecisionOutcome,
)
from certification.eligibility.rules import Standing
from certification.exams.rules import (
    ExamSessionStatus,
    IncidentKind,
    RegistrationStatus,
    SessionDuty,
    SubmittedBy,
)
from certification.item_bank.rules import ItemKind, ItemStatus, ItemUse
from certification.practice.rules import QuizMode
from certification.remarking.rules import Consequence, RemarkingStatus
from certification.scoring.rules import SheetStatus, Treatment
from certification.standards.rules import (
    Component,
    Disposal,
    EditKind,
    Evidence,
    LinkKind,
    NodeKind,
    StandardKind,
    StandardStatus,
)
from portal.access import Role
from training_base.centers.rules import CenterKind, CenterStatus, StaffDuty
from training_base.cohorts.rules import CohortPhase, EnrolmentStatus
from training_base.kernel.rules import JobStatus
from training_base.people.rules import CoreTask, DocumentKind, Domain, EducationLevel, Sex, TitleRank

PAIRS: tuple[tuple[Enum, object], ...] = (
    (Sex.FEMALE, _("Female")),
    (Sex.MALE, _("Male")),
    (DocumentKind.RESIDENT_ID, _("Resident identity card")),
    (DocumentKind.RESIDENCE_PERMIT_HMT, _("Residence permit for Hong Kong, Macao and Taiwan residents")),
    (DocumentKind.TRAVEL_PERMIT_HM, _("Mainland travel permit, Hong Kong and Macao")),
    (DocumentKind.TRAVEL_PERMIT_TW, _("Mainland travel permit, Taiwan")),
    (DocumentKind.PERMANENT_RESIDENCE_OLD, _("Permanent residence card, old (15 characters)")),
    (DocumentKind.PERMANENT_RESIDENCE, _("Permanent residence card, new (18 digits)")),
    (DocumentKind.PASSPORT, _("Passport")),
    (EducationLevel.JUNIOR_MIDDLE, _("Junior middle school")),
    (EducationLevel.SENIOR_MIDDLE, _("Senior middle school")),
    (EducationLevel.SECONDARY_VOCATIONAL, _("Secondary vocational school")),
    (EducationLevel.TECHNICAL_SCHOOL, _("Technical school")),
    (EducationLevel.TECHNICAL_SENIOR, _("Technical school, senior-worker class or above")),
    (EducationLevel.HIGHER_VOCATIONAL, _("Higher vocational college")),
    (EducationLevel.BACHELOR, _("Bachelor")),
    (EducationLevel.MASTER, _("Master")),
    (EducationLevel.DOCTOR, _("Doctor")),
    (TitleRank.JUNIOR, _("Junior title")),
    (TitleRank.INTERMEDIATE, _("Intermediate title")),
    (TitleRank.SENIOR, _("Senior title")),
    (Domain.MEDICAL_IMAGING, _("Medical imaging")),
    (Domain.FINANCIAL_RISK, _("Financial risk control")),
    (Domain.GOVERNMENT_DIALOGUE, _("Government service dialogue")),
    (Domain.CUSTOMER_SERVICE, _("Customer service")),
    (Domain.AUTONOMOUS_DRIVING, _("Autonomous driving")),
    (Domain.INDUSTRIAL_INSPECTION, _("Industrial inspection")),
    (Domain.SPEECH, _("Speech")),
    (Domain.EDUCATION, _("Education sector")),
    (Domain.LANGUAGE_MODELS, _("Language models")),
    (CoreTask.ANNOTATION, _("Data annotation")),
    (CoreTask.OPTIMISATION, _("Model optimisation")),
    (CoreTask.TESTING, _("Human-AI collaborative testing")),
    (CenterKind.EMPLOYER, _("Employer")),
    (CenterKind.THIRD_PARTY, _("Third-party body")),
    (CenterStatus.ACTIVE, _("Active")),
    (CenterStatus.SUSPENDED, _("Suspended")),
    (CenterStatus.CLOSED, _("Closed")),
    (StaffDuty.MANAGER, _("Manager")),
    (StaffDuty.TEACHER, _("Teacher")),
    (StaffDuty.ITEM_WRITER, _("Item writer")),
    (StaffDuty.EXAMINER, _("Examiner")),
    (StaffDuty.INVIGILATOR, _("Invigilator")),
    (StaffDuty.QUALITY_SUPERVISOR, _("Quality supervisor")),
    (StaffDuty.CERTIFICATION_OFFICER, _("Certification officer")),
    (Role.TRAINEE, _("Trainee")),
    (Role.EMPLOYER, _("Employer (HR)")),
    (Role.SCHEME_OWNER, _("Scheme owner")),
    (Role.ADMINISTRATOR, _("Administrator")),
    (EnrolmentStatus.ACTIVE, _("In training")),
    (EnrolmentStatus.COMPLETED, _("Training completed")),
    (EnrolmentStatus.LEFT, _("Left")),
    (CohortPhase.PLANNED, _("To come")),
    (CohortPhase.RUNNING, _("In progress")),
    (CohortPhase.ENDED, _("Over")),
    (Standing.MET, _("Met")),
    (Standing.MISSING, _("Not met")),
    (Standing.NOT_CONFIRMED, _("To be confirmed")),
    (StandardKind.NATIONAL, _("National")),
    (StandardKind.MUNICIPAL, _("Municipal")),
    (StandardKind.OTHER, _("Framework of another publisher")),
    (StandardStatus.PRIVATE_DRAFT, _("Private draft")),
    (StandardStatus.CONSULTATION, _("Draft for consultation")),
    (StandardStatus.TRIAL, _("Trial edition")),
    (StandardStatus.ADOPTED, _("Adopted")),
    (StandardStatus.DEPRECATED, _("Deprecated")),
    (Evidence.SEEN, _("Read in the source")),
    (Evidence.SEEN_LOCAL, _("Read in the Shanghai handbook")),
    (Evidence.SECONDARY, _("Restated by a second source")),
    (Evidence.INFERRED, _("Inferred")),
    (Evidence.OWN, _("Own wording of this portal")),
    (Evidence.UNKNOWN, _("Not published")),
    (NodeKind.FUNCTION, _("Function")),
    (NodeKind.DUTY, _("Duty")),
    (NodeKind.CRITERION, _("Performance criterion")),
    (NodeKind.KNOWLEDGE, _("Related knowledge")),
    (NodeKind.THEME, _("Theme")),
    (NodeKind.KNOWLEDGE_POINT, _("Knowledge point")),
    (NodeKind.ITEM, _("Item of a framework")),
    (LinkKind.IS_CHILD_OF, _("is part of the branch of")),
    (LinkKind.IS_PEER_OF, _("is a peer of")),
    (LinkKind.IS_PART_OF, _("is part of")),
    (LinkKind.EXACT_MATCH_OF, _("is the same as")),
    (LinkKind.PRECEDES, _("comes before")),
    (LinkKind.IS_RELATED_TO, _("is related to")),
    (LinkKind.REPLACED_BY, _("is replaced by")),
    (LinkKind.EXEMPLAR, _("is shown by the example")),
    (LinkKind.HAS_SKILL_LEVEL, _("has the skill level")),
    (LinkKind.IS_TRANSLATION_OF, _("is a translation of")),
    (LinkKind.OTHER, _("is tied in another way to")),
    (EditKind.ADD, _("Added to a draft")),
    (EditKind.CHANGE, _("Reworded in a draft")),
    (EditKind.REMOVE, _("Removed from a draft")),
    (EditKind.MOVE, _("Moved in a draft")),
    (EditKind.WEIGH, _("Weights of a draft")),
    (Disposal.ACCEPTED, _("Comment accepted")),
    (Disposal.IN_PART, _("Accepted in part")),
    (Disposal.DECLINED, _("Not accepted")),
    (Component.THEORY, _("Theory exam")),
    (Component.SKILL, _("Skill exam")),
    (Component.REVIEW, _("Comprehensive review")),
    (ItemKind.TRUE_FALSE, _("True/false")),
    (ItemKind.SINGLE_CHOICE, _("Single choice")),
    (ItemKind.MULTIPLE_CHOICE, _("Multiple choice")),
    (ItemKind.SHORT_TEXT, _("Short text")),
    (ItemKind.NUMERIC, _("Numeric")),
    (ItemKind.MATCHING, _("Matching")),
    (ItemKind.ORDERING, _("Ordering")),
    (ItemKind.GAP_SELECT, _("Gaps to choose")),
    (ItemKind.GAP_TEXT, _("Gaps to fill in")),
    (ItemKind.HOTSPOT, _("Place on a picture")),
    (ItemStatus.DRAFT, _("Draft")),
    (ItemStatus.REVIEW, _("In review")),
    (ItemStatus.APPROVED, _("Approved")),
    (ItemStatus.RETIRED, _("Retired")),
    (ItemUse.EXAM, _("Examination")),
    (ItemUse.PRACTICE, _("Practice")),
    (QuizMode.NEW, _("New quiz")),
    (QuizMode.WRONG, _("Review of wrong answers")),
    (ExamSessionStatus.PLANNED, _("Planned")),
    (ExamSessionStatus.OPEN, _("Open for registration")),
    (ExamSessionStatus.RUNNING, _("Running")),
    (ExamSessionStatus.CLOSED, _("Finished")),
    (ExamSessionStatus.PUBLISHED, _("Results published")),
    (ExamSessionStatus.CANCELLED, _("Cancelled")),
    (SessionDuty.INVIGILATOR, _("Invigilator")),
    (SessionDuty.EXAMINER, _("Examiner")),
    (RegistrationStatus.REGISTERED, _("Registered")),
    (RegistrationStatus.ADMITTED, _("Admitted")),
    (RegistrationStatus.ABSENT, _("Absent")),
    (RegistrationStatus.DISQUALIFIED, _("Disqualified")),
    (RegistrationStatus.WITHDRAWN, _("Registration withdrawn")),
    (SubmittedBy.CANDIDATE, _("By the candidate")),
    (SubmittedBy.SERVER, _("By the server at the deadline")),
    (SubmittedBy.INVIGILATOR, _("By the invigilator")),
    (IncidentKind.FOCUS_LOST, _("Left the exam window")),
    (IncidentKind.DEVICE_CHANGED, _("Changed workstation")),
    (IncidentKind.EXTRA_TIME, _("Extra time")),
    (IncidentKind.LATE, _("Late arrival")),
    (IncidentKind.MISCONDUCT, _("Misconduct")),
    (IncidentKind.TECHNICAL, _("Technical fault")),
    (IncidentKind.OTHER, _("Other")),
    (Treatment.REPLACE, _("Replace the key")),
    (Treatment.ACCEPT_ALSO, _("Accept another key as well")),
    (Treatment.CREDIT_ALL, _("Give the marks to everybody who sat")),
    (RemarkingStatus.ASKED, _("Asked for")),
    (RemarkingStatus.APPROVED, _("Approved, being marked anew")),
    (RemarkingStatus.APPLIED, _("Carried out")),
    (RemarkingStatus.DECLINED, _("Declined")),
    (Consequence.WITHDRAW, _("Certificate to withdraw")),
    (Consequence.LOST, _("Pass lost")),
    (Consequence.CERTIFY, _("Pass gained, to decide")),
    (Consequence.REPLACE, _("Certificate shows other marks")),
    (Consequence.MARKS_ONLY, _("Other marks, same result")),
    (SheetStatus.OPEN, _("Being filled in")),
    (SheetStatus.SUBMITTED, _("Handed in")),
    (CertificateStatus.VALID, _("Valid")),
    (CertificateStatus.SUSPENDED, _("Suspended")),
    (CertificateStatus.WITHDRAWN, _("Withdrawn")),
    (CertificateStatus.REPLACED, _("Replaced")),
    (DecisionOutcome.CERTIFY, _("Certify")),
    (DecisionOutcome.REFUSE, _("Refuse")),
    (ChangeKind.WITHDRAW, _("Withdraw")),
    (ChangeKind.SUSPEND, _("Suspend")),
    (ChangeKind.REINSTATE, _("Reinstate")),
    (ChangeReason.MISCONDUCT, _("Misconduct in the examination")),
    (ChangeReason.WRONG_FACTS, _("Application rested on wrong facts")),
    (ChangeReason.ISSUED_IN_ERROR, _("Issued in error")),
    (ChangeReason.HOLDER_REQUEST, _("At the holder's request")),
    (ChangeReason.INVESTIGATION, _("Under investigation")),
    (ChangeReason.INVESTIGATION_CLEARED, _("Investigation found nothing")),
    (ChangeReason.OTHER, _("Other reason")),
    (ChangeStatus.ASKED, _("Waiting for a second person")),
    (ChangeStatus.APPROVED, _("Approved")),
    (ChangeStatus.DECLINED, _("Declined")),
    (JobStatus.QUEUED, _("Waiting")),
    (JobStatus.RUNNING, _("Running")),
    (JobStatus.DONE, _("Done")),
    (JobStatus.FAILED, _("Failed")),
)

LABELS = {(type(value), value): text for value, text in PAIRS}
"""By class and value: members of two closed sets may be equal as text, and yet be called differently."""

LEVELS = {
    5: _("Level 5 / junior worker"),
    4: _("Level 4 / intermediate worker"),
    3: _("Level 3 / senior worker"),
    2: _("Level 2 / technician"),
    1: _("Level 1 / senior technician"),
}

RECORDS = {
    "account": _("account"),
    "attempt": _("attempt"),
    "admission_ticket": _("admission ticket"),
    "certificate": _("certificate"),
    "status_change": _("change of a certificate"),
    "cohort": _("cohort"),
    "course": _("course"),
    "cohort_teacher": _("teacher of a cohort"),
    "decision": _("decision"),
    "drawn_task": _("drawn task"),
    "enrolment": _("enrolment"),
    "exam_session": _("exam session"),
    "filed_scope": _("filed scope"),
    "identity_document": _("identity document"),
    "item": _("item"),
    "job": _("job"),
    "paper": _("paper"),
    "practice_quiz": _("practice quiz"),
    "registration": _("registration"),
    "remarking": _("re-marking"),
    "mark": _("mark"),
    "result": _("result"),
    "room": _("room"),
    "scheme": _("scheme"),
    "scoring_sheet": _("scoring sheet"),
    "share_link": _("share link"),
    "site": _("site"),
    "skill_task": _("skill task"),
    "staff_role": _("staff duty"),
    "standard": _("standard"),
    "standard_comment": _("comment on a draft"),
    "comment_invitation": _("invitation to comment"),
    "standard_edit": _("edit of a draft"),
    "standard_node": _("part of a standard"),
    "node_link": _("tie between parts of standards"),
    "tier": _("tier"),
    "trainer": _("trainer"),
    "training_center": _("training center"),
    "training_record": _("training record"),
}


def label(value: Enum | None) -> str:
    """What a closed value is called; a dash for none."""
    return "—" if value is None else str(LABELS[type(value), value])


def level_name(level: int) -> str:
    """What a level is called; a standard with more levels than the occupation counts them."""
    return str(LEVELS[level]) if level in LEVELS else gettext("Level %(number)s", number=level)


def level_of(value: object) -> int | None:
    """The level that stands in an address; None for what is no level."""
    return next((level for level in LEVELS if str(level) == str(value)), None)


def record_label(table: str) -> str:
    """What a kind of record is called, by its table; its plain name where it has no other."""
    return str(RECORDS.get(table, table))


def choices(kind: type[Enum], *, blank: str | None = None) -> list[tuple[str, str]]:
    """Choices of a select field for a closed set, with an empty one first where ``blank`` names it."""
    pairs = [(str(member.value), label(member)) for member in kind]
    return pairs if blank is None else [("", blank), *pairs]
