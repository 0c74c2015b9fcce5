"""Pages of papers: list, assembly, overview, confidential content."""

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from certification.exams.models import Paper
from certification.item_bank.rules import ItemKind
from certification.standards.models import Scheme
from tests.make import Make
from tests.portal.conftest import SignIn
from training_base.centers.models import TrainingCenter
from training_base.centers.rules import StaffDuty
from training_base.kernel.models import AuditEvent


@pytest.fixture
def center(make: Make) -> TrainingCenter:
    return make.center()


@pytest.fixture
def scheme(make: Make) -> Scheme:
    scheme = make.scheme()
    make.bank(scheme.tier)
    return scheme


@pytest.fixture
def manager(sign_in: SignIn, center: TrainingCenter) -> FlaskClient:
    return sign_in(StaffDuty.MANAGER, at=center)


def assemble(browser: FlaskClient, center: TrainingCenter, scheme: Scheme, **more: object) -> str:
    """Send the form; gives the page that follows."""
    fields = {"center_id": str(center.id), "scheme_id": str(scheme.id), "title": "三级模拟卷", "seed": "7", **more}
    return browser.post("/papers/new", data=fields, follow_redirects=True).get_data(as_text=True)


def test_a_manager_assembles_a_paper_and_sees_what_it_is_made_of(
    session: Session, manager: FlaskClient, center: TrainingCenter, scheme: Scheme
) -> None:
    page = assemble(manager, center, scheme)

    paper = session.scalars(sa.select(Paper)).one()
    assert "试卷已组成并冻结" in page
    assert paper.code in page
    assert paper.items[0].stem not in page


def test_the_form_offers_schemes_with_theory_and_own_centers(
    make: Make, manager: FlaskClient, center: TrainingCenter, scheme: Scheme
) -> None:
    other = make.center()

    page = manager.get("/papers/new").get_data(as_text=True)

    assert str(scheme.id) in page
    assert center.name_zh in page
    assert other.name_zh not in page


def test_a_poor_bank_is_explained_cell_by_cell(
    session: Session, make: Make, manager: FlaskClient, center: TrainingCenter
) -> None:
    scheme = make.scheme()
    make.item(scheme.tier, ItemKind.TRUE_FALSE)

    page = assemble(manager, center, scheme)

    assert "题库中缺少的试题" in page
    assert "多项选择" in page or "多选" in page
    assert "三级模拟卷" in page
    assert session.scalar(sa.select(sa.func.count()).select_from(Paper)) == 0


@pytest.mark.parametrize("wrong", [{"title": " "}, {"seed": "-1"}, {"center_id": "x"}])
def test_a_wrong_field_keeps_what_was_typed(
    session: Session, manager: FlaskClient, center: TrainingCenter, scheme: Scheme, wrong: dict[str, str]
) -> None:
    page = assemble(manager, center, scheme, **wrong)

    assert "error-summary" in page
    assert session.scalar(sa.select(sa.func.count()).select_from(Paper)) == 0


def test_reading_the_keys_is_put_on_record(
    session: Session, manager: FlaskClient, center: TrainingCenter, scheme: Scheme
) -> None:
    assemble(manager, center, scheme)
    paper = session.scalars(sa.select(Paper)).one()

    with_keys = manager.get(f"/papers/{paper.id}/content").get_data(as_text=True)
    without = manager.get(f"/papers/{paper.id}/content?keys=hidden").get_data(as_text=True)

    assert all(item.stem in with_keys and item.stem in without for item in paper.items)
    assert "option--right" in with_keys
    assert "option--right" not in without
    deeds = session.scalars(sa.select(AuditEvent.deed).where(AuditEvent.subject_id == str(paper.id))).all()
    assert deeds.count("paper.read") == 2


def test_the_content_follows_the_printed_order(
    session: Session, manager: FlaskClient, center: TrainingCenter, scheme: Scheme
) -> None:
    assemble(manager, center, scheme)
    paper = session.scalars(sa.select(Paper)).one()

    page = manager.get(f"/papers/{paper.id}/content").get_data(as_text=True)

    places = [page.index(item.stem) for item in paper.items]
    assert places == sorted(places)


def test_a_supervisor_reads_the_overview_but_not_the_content(
    session: Session, sign_in: SignIn, manager: FlaskClient, center: TrainingCenter, scheme: Scheme
) -> None:
    assemble(manager, center, scheme)
    paper = session.scalars(sa.select(Paper)).one()
    supervisor = sign_in(StaffDuty.QUALITY_SUPERVISOR, at=center)

    assert supervisor.get(f"/papers/{paper.id}").status_code == 200
    assert supervisor.get(f"/papers/{paper.id}/content").status_code == 403
    assert supervisor.get("/papers/new").status_code == 403


def test_other_centers_see_nothing(
    session: Session, make: Make, sign_in: SignIn, manager: FlaskClient, center: TrainingCenter, scheme: Scheme
) -> None:
    assemble(manager, center, scheme)
    paper = session.scalars(sa.select(Paper)).one()
    stranger = sign_in(StaffDuty.MANAGER, at=make.center())

    assert stranger.get(f"/papers/{paper.id}").status_code == 404
    assert stranger.get(f"/papers/{paper.id}/content").status_code == 404
    assert paper.code not in stranger.get("/papers/").get_data(as_text=True)


def test_the_list_filters_and_sorts(make: Make, manager: FlaskClient, center: TrainingCenter, scheme: Scheme) -> None:
    first, second = (make.paper(center, scheme, title=title) for title in ("甲卷", "乙卷"))

    everything = manager.get("/papers/?sort=code").get_data(as_text=True)
    some = manager.get("/papers/?q=甲").get_data(as_text=True)
    none = manager.get("/papers/?level=5").get_data(as_text=True)

    assert everything.index(first.code) < everything.index(second.code)
    assert first.code in some
    assert second.code not in some
    assert "没有符合条件的试卷" in none


def test_a_paper_that_was_tampered_with_says_so(
    make: Make, manager: FlaskClient, center: TrainingCenter, scheme: Scheme
) -> None:
    paper = make.paper(center, scheme)
    exam_session = make.exam_session(center, scheme=scheme, paper_id=paper.id)

    page = manager.get(f"/papers/{paper.id}").get_data(as_text=True)

    assert "内容与组卷时的摘要不符" in page
    assert exam_session.title in page


def test_without_papers_the_list_says_what_to_do(sign_in: SignIn, manager: FlaskClient, center: TrainingCenter) -> None:
    supervisor = sign_in(StaffDuty.QUALITY_SUPERVISOR, at=center)

    assert "/papers/new" in manager.get("/papers/").get_data(as_text=True)
    assert "/papers/new" not in supervisor.get("/papers/").get_data(as_text=True)


def test_the_pages_speak_english_by_the_switch(
    make: Make, manager: FlaskClient, center: TrainingCenter, scheme: Scheme
) -> None:
    paper = make.paper(center, scheme)

    page = manager.get(f"/papers/{paper.id}?lang=en").get_data(as_text=True)

    assert "Kinds and areas" in page
