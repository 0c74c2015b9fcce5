"""Pages and commands of blueprints: editor with supply, sets solved by a job, comparison, freezing; enemies."""

import json
from threading import Event
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from certification.assembly.models import EnemyPair, PaperBlueprint
from certification.exams import paper_sets
from certification.exams.models import Paper, PaperSet
from certification.exams.rules import PaperSetStatus
from portal import aside, jobs
from portal.forms.exams import papers_chosen
from tests.make import Make
from tests.make_assembly import a_blueprint, a_solved_set
from tests.portal.conftest import SignIn
from training_base.centers.models import TrainingCenter
from training_base.centers.rules import StaffDuty
from training_base.kernel.models import Job
from training_base.kernel.rules import JobStatus

CELLS = {f"cell_{part}_{area}": "1" for part in range(3) for area in range(2)}


@pytest.fixture
def center(make: Make) -> TrainingCenter:
    return make.center()


@pytest.fixture
def manager(sign_in: SignIn, center: TrainingCenter) -> FlaskClient:
    return sign_in(StaffDuty.MANAGER, at=center)


def text(browser: FlaskClient, path: str, **data: Any) -> str:
    """The page that is shown, after a form is sent where there are fields."""
    answer = browser.post(path, data=data, follow_redirects=True) if data else browser.get(path)
    return answer.get_data(as_text=True)


def test_a_blueprint_starts_from_the_weights_of_a_scheme_and_is_kept(
    session: Session, make: Make, manager: FlaskClient, center: TrainingCenter
) -> None:
    scheme = make.scheme()
    make.bank(scheme.tier, each=2)
    address = f"/blueprints/new?scheme_id={scheme.id}&center_id={center.id}"

    assert "新建蓝图" in text(manager, "/blueprints/new")
    assert "可填2／需2" in text(manager, address)
    page = text(manager, address, title="甲蓝图", papers="2", per_point="1", ability_1="0", within_1="5", **CELLS)

    kept = session.scalars(sa.select(PaperBlueprint)).one()
    assert "蓝图已保存" in page
    assert (kept.title, kept.current.specification.information[0].within) == ("甲蓝图", 0.05)
    assert "甲蓝图" in text(manager, "/blueprints/")


def test_counting_the_supply_keeps_nothing_and_names_what_is_missing(
    session: Session, make: Make, manager: FlaskClient, center: TrainingCenter
) -> None:
    blueprint = a_blueprint(make, center, each=2)

    page = text(manager, f"/blueprints/{blueprint.id}/edit", title="甲", papers="5", count_only="1", **CELLS)

    assert "范围1还缺3道已批准的判断题" in page
    session.expire_all()
    assert session.get_one(PaperBlueprint, blueprint.id).version == 1


def test_a_new_version_is_kept_and_numbers_that_do_not_add_up_are_refused(
    session: Session, make: Make, manager: FlaskClient, center: TrainingCenter
) -> None:
    blueprint = a_blueprint(make, center)
    path = f"/blueprints/{blueprint.id}/edit"

    refused = text(manager, path, title="甲", **{**CELLS, "cell_0_0": "0"})
    kept = text(manager, path, title="乙", rest_days="30", **CELLS)

    assert "判断题：方案要求2道，表中共1道" in refused
    assert "乙" in kept
    assert "第2版" in kept


def test_papers_asked_for_are_solved_by_the_worker_compared_and_frozen(
    app: Flask, session: Session, make: Make, manager: FlaskClient, center: TrainingCenter
) -> None:
    blueprint = a_blueprint(make, center, difficulty_within=0.5)

    waiting = text(manager, f"/blueprints/{blueprint.id}/assemble", count="2", seconds="20", seed="5")
    with app.app_context():
        assert jobs.work_once()
    set_id = session.scalars(sa.select(PaperSet.id)).one()
    compared = text(manager, f"/blueprints/sets/{set_id}")
    frozen = text(manager, f"/blueprints/sets/{set_id}/freeze", go="1")

    assert "求得后试卷会显示在此" in waiting
    assert 'class="curves__line"' in compared
    assert "2份试卷已冻结" in frozen
    assert session.scalar(sa.select(sa.func.count()).select_from(Paper)) == 2
    assert session.scalars(sa.select(Job.status)).one() is JobStatus.DONE


def test_limits_in_conflict_are_told_on_the_page_of_the_set(
    app: Flask, session: Session, make: Make, manager: FlaskClient, center: TrainingCenter
) -> None:
    blueprint = a_blueprint(make, center, difficulty=3.0, difficulty_within=0.5)
    text(manager, f"/blueprints/{blueprint.id}/assemble", count="2", seconds="20")

    with app.app_context():
        assert jobs.work_once()

    set_id = session.scalars(sa.select(PaperSet.id)).one()
    page = text(manager, f"/blueprints/sets/{set_id}")
    assert "各项限制不能同时满足" in page
    assert "整卷难度之和：要求15.00，最接近的只能到-6" in page


def test_a_wish_that_makes_no_sense_stays_on_the_page(make: Make, manager: FlaskClient, center: TrainingCenter) -> None:
    blueprint = a_blueprint(make, center, each=2)
    path = f"/blueprints/{blueprint.id}/assemble"

    assert "须为1至20的整数" in text(manager, path, count="99", seconds="20")
    assert "题库不足以满足此组卷蓝图" in text(manager, path, count="5", seconds="20")


def test_a_set_is_thrown_away_once(session: Session, make: Make, manager: FlaskClient, center: TrainingCenter) -> None:
    paper_set = a_solved_set(make, a_blueprint(make, center))
    path = f"/blueprints/sets/{paper_set.id}"

    assert "试卷已弃用" in text(manager, f"{path}/discard", go="1")
    assert "已不能进行此操作" in text(manager, f"{path}/discard", go="1")
    assert "已不能进行此操作" in text(manager, f"{path}/freeze", go="1")


def test_a_session_is_planned_with_parallel_or_own_papers(
    session: Session, make: Make, manager: FlaskClient, center: TrainingCenter
) -> None:
    paper_set = a_solved_set(make, a_blueprint(make, center), frozen=True)
    exam_session = make.exam_session(center, paper_id=None, paper_set_id=paper_set.id)

    form = text(manager, f"/exams/new?center={center.id}")

    assert "平行卷蓝图：2份平行卷按座位分发" in form
    assert f'value="own:{paper_set.id}"' in form
    assert "平行卷按座位分发" in text(manager, f"/exams/{exam_session.id}")
    assert exam_session.title in text(manager, f"/blueprints/sets/{paper_set.id}")


def test_a_choice_of_papers_names_how_it_is_used() -> None:
    one = uuid4()

    assert papers_chosen(None) == {}
    assert papers_chosen(str(one)) == {"paper_id": one}
    assert papers_chosen(f"set:{one}") == {"paper_set_id": one, "own_papers": False}
    assert papers_chosen(f"own:{one}") == {"paper_set_id": one, "own_papers": True}


def test_enemies_are_declared_and_reconciled_on_the_items_page(
    session: Session, make: Make, sign_in: SignIn, center: TrainingCenter
) -> None:
    writer, tier = sign_in(StaffDuty.ITEM_WRITER, at=center), make.tier()
    one, other = make.item(tier, center_id=center.id), make.item(tier, center_id=center.id)
    path = f"/items/{one.id}/enemies"

    assert "已登记为互斥" in (text(writer, path, code=other.code, reason="提示") and text(
        writer, path, code=other.code, reason="提示"
    ))  # fmt: skip
    pair = session.scalars(sa.select(EnemyPair)).one()
    assert other.code in text(writer, path)
    assert "可以再次同卷" in text(writer, f"{path}/{pair.id}/reconcile", go="1")


def test_a_worker_that_is_told_to_stop_leaves_the_search(
    app: Flask, session: Session, make: Make, center: TrainingCenter
) -> None:
    by = make.actor(center)
    blueprint = a_blueprint(make, center)
    asked = paper_sets.ask(session, blueprint.id, count=1, seed=1, seconds=9, by=by, now=blueprint.created_at)
    session.commit()
    stop, hold = Event(), Event()
    stop.set()
    kind = aside.Aside(lambda *_: lambda: hold.wait(5), lambda *_: pytest.fail("kept"))

    with app.app_context():
        taken = session.get_one(Job, asked.job_id)
        aside.run(kind, taken.id, uuid4(), stop=stop, breath=0.01)
    hold.set()

    session.expire_all()
    assert session.get_one(PaperSet, asked.id).status is PaperSetStatus.SOLVING


def test_a_fault_of_the_search_is_the_workers(app: Flask, session: Session, make: Make, center: TrainingCenter) -> None:
    blueprint = a_blueprint(make, center)
    asked = paper_sets.ask(
        session, blueprint.id, count=1, seed=1, seconds=9, by=make.actor(center), now=blueprint.created_at
    )
    session.commit()

    def broken() -> None:
        raise ZeroDivisionError

    lease = lease_of(session, asked)
    with app.app_context(), pytest.raises(ZeroDivisionError):
        aside.run(aside.Aside(lambda *_: broken, lambda *_: None), *lease, breath=0.01)


def lease_of(session: Session, asked: PaperSet) -> tuple[Any, Any]:
    """The job of a set, leased."""
    job = session.get_one(Job, asked.job_id)
    job.status, job.lease = JobStatus.RUNNING, uuid4()
    session.commit()
    return job.id, job.lease


def test_commands_solve_show_and_check(app: Flask, session: Session, make: Make, center: TrainingCenter) -> None:
    blueprint = a_blueprint(make, center)
    session.commit()
    run = app.test_cli_runner().invoke

    solved = run(args=["papers", "parallel", "--blueprint", str(blueprint.id), "--seed", "3", "--freeze", "--json"])
    facts = json.loads(solved.output)
    shown = run(args=["papers", "show", facts["id"]])
    checked = run(args=["papers", "check", facts["id"], "--json"])

    assert (facts["status"], facts["overlaps"], len(facts["codes"])) == ("frozen", [[6, 0], [0, 6]], 2)
    assert "difficulty -1.000" in shown.output
    assert json.loads(checked.output) == {"faults": []}
    assert blueprint.title in run(args=["papers", "blueprints"]).output
    assert json.loads(run(args=["papers", "blueprints", "--json"]).output)[0]["version"] == 1


def test_commands_refuse_in_one_clear_line(app: Flask, session: Session, make: Make, center: TrainingCenter) -> None:
    blueprint = a_blueprint(make, center, difficulty=3.0, difficulty_within=0.5)
    broken = a_solved_set(make, a_blueprint(make, center))
    broken.content = {**broken.content, "papers": [broken.content["papers"][0]] * 2}
    session.commit()
    run = app.test_cli_runner().invoke

    impossible = run(args=["papers", "parallel", "--blueprint", str(blueprint.id)])
    unknown = [run(args=["papers", verb, str(uuid4())]) for verb in ("show", "check")]
    checked = run(args=["papers", "check", str(broken.id)])

    assert impossible.exit_code == 1
    assert "整卷难度之和" in impossible.output
    assert [one.exit_code for one in unknown] == [1, 1]
    assert checked.exit_code == 1
    assert "uses" in checked.output
