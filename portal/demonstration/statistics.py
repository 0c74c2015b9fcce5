"""What the demonstration's exams say of their papers, and a panel that judges one of them."""

import sqlalchemy as sa

from certification.analysis import panels
from certification.analysis import service as analysis
from certification.analysis.rules import SettingMethod
from certification.exams.models import ExamSession
from portal.demonstration.setting import Stage
from training_base.centers.models import TrainingCenter
from training_base.centers.rules import StaffDuty


def analyse_all(stage: Stage) -> None:
    """Work out the statistics of every theory exam that is over."""
    query = sa.select(ExamSession).where(ExamSession.published_at.is_not(None), ExamSession.paper_id.is_not(None))
    for exam_session in stage.session.scalars(query).all():
        supervisor = stage.who(exam_session.center, StaffDuty.QUALITY_SUPERVISOR)
        analysis.analyse(stage.session, exam_session.id, by=supervisor, now=stage.now)


def name_panel(stage: Stage, center: TrainingCenter) -> None:
    """Two item writers are to judge the first paper of a center."""
    query = sa.select(ExamSession.paper_id).where(
        ExamSession.center_id == center.id, ExamSession.published_at.is_not(None), ExamSession.paper_id.is_not(None)
    )
    paper_id = stage.session.scalars(query.order_by(ExamSession.starts_at)).first()
    if paper_id is None:
        raise RuntimeError("the demonstration has no published theory exam")
    judges = [stage.who(center, StaffDuty.ITEM_WRITER, place) for place in (0, 1)]
    supervisor = stage.who(center, StaffDuty.QUALITY_SUPERVISOR)
    names = {one.id: one.name for one in judges}
    panels.open_setting(stage.session, paper_id, SettingMethod.ANGOFF, names, by=supervisor, now=stage.at(-2))
