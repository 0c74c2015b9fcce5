"""A blueprint of the demonstration with two parallel papers, solved and frozen."""

from dataclasses import replace
from datetime import timedelta

from certification.assembly import rules
from certification.assembly import service as blueprints
from certification.assembly.rules import InformationGoal
from certification.exams import paper_sets
from certification.exams.models import Paper
from certification.standards import service as standards
from portal.demonstration.setting import Stage
from training_base.centers.models import TrainingCenter
from training_base.centers.rules import StaffDuty


def parallel_papers(stage: Stage, center: TrainingCenter, scheme_code: str) -> list[Paper]:
    """Two papers that are equally hard and share as few items as the bank allows."""
    session, manager, at = stage.session, stage.who(center, StaffDuty.MANAGER), stage.at(-2)
    scheme = standards.scheme_by_code(session, scheme_code)
    if scheme.plan.theory is None:
        return []
    specification = replace(
        rules.specification_of(scheme.plan.theory),
        difficulty_within=0.2,
        information=(InformationGoal(0.0, within=0.1),),
        uses_most=2,
    )
    title = f"{scheme.title_zh}平行卷"
    blueprint = blueprints.draft(
        session, scheme.id, center.id, title=title, specification=specification, by=manager, now=at
    )
    paper_set = paper_sets.begin(session, blueprint.id, count=2, seed=7, seconds=20, by=manager, now=at)
    asked = paper_sets.problem_of(session, paper_set.id, now=at)
    solution = paper_sets.solve(asked, paper_set.seed, paper_set.seconds)
    paper_sets.keep(session, paper_set.id, asked, solution, by=manager, now=at + timedelta(minutes=1))
    return paper_sets.freeze(session, paper_set.id, by=manager, now=at + timedelta(minutes=5))
