"""Standard setting: rounds of judgements, what they come to, who may adopt them, when they count."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from certification.analysis import panels, service
from certification.analysis.models import StandardSetting
from certification.analysis.rules import SettingMethod, SettingStatus, common_step, pass_mark
from certification.item_bank.calibration import ItemCalibration
from certification.scoring import conversion
from certification.scoring import service as scoring
from certification.standards.rules import Component
from tests.exam_day import ExamDay
from tests.make import NOW, Make
from tests.make_analysis import long_paper, sat, theory_day
from training_base.kernel.actor import Actor
from training_base.kernel.errors import NotFound


class Panel:
    """A paper of ten items with a panel of two."""

    def __init__(self, make: Make, method: SettingMethod = SettingMethod.ANGOFF, *, rule: str | None = None) -> None:
        self.day = ExamDay(make, Component.THEORY)
        if rule:
            self.day.scheme.content = {**self.day.scheme.content, "pass_mark_rule": rule}
        self.paper = long_paper(self.day)
        self.session = make.session
        if method is SettingMethod.BOOKMARK:
            self.calibrate()
        self.opener, self.other = make.actor(self.day.center), make.actor(self.day.center)
        self.judges = [make.actor(self.day.center, name="甲"), make.actor(self.day.center, name="乙")]
        names = {one.id: one.name for one in self.judges}
        self.setting = panels.open_setting(self.session, self.paper.id, method, names, by=self.opener, now=NOW)

    def calibrate(self) -> None:
        """A calibration of every item, harder from item to item."""
        for place, item in enumerate(self.paper.items):
            self.session.add(
                ItemCalibration(
                    item_id=item.item_id, item_version_id=item.item_version_id, n=300, facility=0.5,
                    a=1.0, b=(place - 5) / 2, model="2pl", calibrated_at=NOW,
                )
            )  # fmt: skip
        self.session.flush()

    @property
    def id(self) -> UUID:
        """The setting's identifier."""
        return self.setting.id

    def rate(self, *values: int) -> None:
        """Each judge gives every item the same value, or sets a bookmark there."""
        positions = panels.positions(self.setting)
        for judge, value in zip(self.judges, values, strict=True):
            panels.rate(self.session, self.id, dict.fromkeys(positions, value), by=judge, now=NOW)

    def close(self) -> StandardSetting:
        """End the round."""
        panels.close_round(self.session, self.id, by=self.opener, now=NOW)
        return self.setting


def test_a_round_comes_to_the_mean_of_the_judges(make: Make) -> None:
    panel = Panel(make)
    panel.rate(60, 70)

    setting = panel.close()
    assert (setting.recommended, setting.error, setting.status) == (6500, 500, SettingStatus.FEEDBACK)
    assert sorted(setting.rounds[0].result["by_judge"]) == pytest.approx([6000, 7000])


def test_a_second_round_begins_from_the_own_judgements(session: Session, make: Make) -> None:
    panel = Panel(make)
    panel.rate(60, 70)
    panel.close()
    panels.next_round(session, panel.id, by=panel.opener, now=NOW)
    panels.rate(session, panel.id, {1: 100}, by=panel.judges[0], now=NOW)

    setting = panel.close()
    assert [one.number for one in setting.rounds] == [1, 2]
    assert setting.recommended == 6700
    mine = next(one for one in setting.panel if one.actor_id == panel.judges[0].id)
    assert panels.ratings_of(session, mine.id, 1)[1] == 60


def test_a_bookmark_is_kept_in_the_order_of_difficulty(session: Session, make: Make) -> None:
    panel = Panel(make, SettingMethod.BOOKMARK)
    assert [item.position for item in panels.booklet(session, panel.setting)] == list(range(1, 11))
    panel.rate(5, 7)

    setting = panel.close()
    assert 4000 < (setting.recommended or 0) < 8000
    assert panels.positions(setting) == [0]


def test_a_bookmark_needs_every_difficulty(session: Session, make: Make) -> None:
    day = ExamDay(make, Component.THEORY)
    paper, by = long_paper(day), make.actor(day.center)

    with pytest.raises(panels.NotCalibrated) as refused:
        panels.open_setting(session, paper.id, SettingMethod.BOOKMARK, {uuid4(): "甲", uuid4(): "乙"}, by=by, now=NOW)
    assert refused.value.count == 10
    a, d, marks = panels.parameters(session, paper.items)
    assert (a.tolist(), d.tolist(), marks[0]) == ([0] * 10, [0] * 10, 1000)


def test_one_person_is_no_panel(session: Session, make: Make) -> None:
    day = ExamDay(make, Component.THEORY)
    paper = long_paper(day)

    with pytest.raises(panels.PanelTooSmall):
        panels.open_setting(
            session, paper.id, SettingMethod.ANGOFF, {uuid4(): "甲"}, by=make.actor(day.center), now=NOW
        )
    with pytest.raises(NotFound):
        panels.open_setting(session, paper.id, SettingMethod.ANGOFF, {}, by=make.actor(make.center()), now=NOW)


def test_a_round_stays_open_until_everybody_has_judged(session: Session, make: Make) -> None:
    panel = Panel(make)
    panels.rate(session, panel.id, {1: 50}, by=panel.judges[0], now=NOW)

    with pytest.raises(panels.RatingsMissing) as refused:
        panel.close()
    assert sorted(refused.value.names) == ["乙", "甲"]
    assert list(panels.progress(session, panel.setting).values()) == [1]


def test_judgements_are_blind_and_only_of_the_panel(session: Session, make: Make) -> None:
    panel = Panel(make)

    with pytest.raises(NotFound):
        panels.rate(session, panel.id, {1: 50}, by=panel.opener, now=NOW)
    with pytest.raises(NotFound):
        panels.by_id(session, panel.id, by=make.actor(make.center()))
    assert [one.id for one in session.scalars(panels.to_judge(by=panel.judges[0]))] == [panel.id]
    assert session.scalars(panels.to_judge(by=panel.opener)).all() == []
    assert [one.id for one in session.scalars(panels.listing(by=panel.opener))] == [panel.id]


def test_nothing_is_judged_in_a_closed_round(session: Session, make: Make) -> None:
    panel = Panel(make)
    panel.rate(60, 60)
    panel.close()

    with pytest.raises(panels.RoundClosed):
        panel.rate(50, 50)
    with pytest.raises(panels.RoundClosed):
        panel.close()


@pytest.mark.parametrize("who", ["opener", "judge"])
def test_who_opened_or_judged_does_not_adopt(session: Session, make: Make, who: str) -> None:
    panel = Panel(make)
    panel.rate(60, 60)
    panel.close()
    by: Actor = panel.opener if who == "opener" else panel.judges[1]

    with pytest.raises(panels.SecondPerson):
        panels.adopt(session, panel.id, by=by, now=NOW)


def test_a_second_person_binds_the_pass_mark_to_the_paper(session: Session, make: Make) -> None:
    panel = Panel(make)
    panel.rate(60, 71)
    panel.close()
    bound = panels.adopt(session, panel.id, by=panel.other, now=NOW)

    assert (bound.pass_mark, bound.error) == (6550, 550)
    assert panel.setting.status is SettingStatus.ADOPTED
    with pytest.raises(panels.NoRoundYet):
        panels.adopt(session, panel.id, by=panel.other, now=NOW)
    with pytest.raises(panels.NoRoundYet):
        panels.drop(session, panel.id, by=panel.other, now=NOW)


def test_a_later_adoption_takes_the_place_of_the_earlier(session: Session, make: Make) -> None:
    panel = Panel(make)
    panel.rate(60, 60)
    panel.close()
    panels.adopt(session, panel.id, by=panel.other, now=NOW)
    names = {one.id: one.name for one in panel.judges}
    panel.setting = panels.open_setting(
        session, panel.paper.id, SettingMethod.ANGOFF, names, by=panel.opener, now=NOW + timedelta(days=1)
    )
    panel.rate(50, 50)
    panel.close()

    assert panels.adopt(session, panel.id, by=panel.other, now=NOW).pass_mark == 5000
    assert session.scalar(sa.select(sa.func.count()).select_from(conversion.PaperPassMark)) == 1


def test_three_rounds_are_enough_and_a_panel_may_be_given_up(session: Session, make: Make) -> None:
    panel = Panel(make)
    for number in (1, 2, 3):
        panel.rate(60, 60 + number)
        panel.close()
        if number < 3:
            panels.next_round(session, panel.id, by=panel.opener, now=NOW)

    with pytest.raises(panels.NoRoundYet):
        panels.next_round(session, panel.id, by=panel.opener, now=NOW)
    panels.drop(session, panel.id, by=panel.opener, now=NOW)
    assert panel.setting.status is SettingStatus.DROPPED


def test_the_legal_pass_mark_decides_unless_the_scheme_says_otherwise(session: Session, make: Make) -> None:
    for rule, expected in ((None, 6000), (conversion.BY_PANEL, 3000)):
        panel = Panel(make, rule=rule)
        panel.rate(30, 30)
        panel.close()
        panels.adopt(session, panel.id, by=panel.other, now=NOW)

        marks = conversion.pass_marks(session, panel.day.scheme, panel.paper.id)
        assert marks[Component.THEORY] == expected


def test_a_scheme_that_lets_the_panel_decide_passes_by_its_mark(session: Session, make: Make) -> None:
    panel = Panel(make, rule=conversion.BY_PANEL)
    assert conversion.pass_marks(session, panel.day.scheme, panel.paper.id)[Component.THEORY] == 6000
    assert conversion.pass_marks(session, panel.day.scheme, None)[Component.THEORY] == 6000
    panel.rate(5, 5)
    panel.close()
    panels.adopt(session, panel.id, by=panel.other, now=NOW)
    people = sat(panel.day, 8, paper=panel.paper)

    scoring.publish(session, panel.day.id, by=panel.other, now=NOW)
    assert sum(bool(one.passed) for one in people) >= 7


def test_the_panel_hears_how_items_went_in_the_last_exam(session: Session, make: Make) -> None:
    day = theory_day(make, n=20)
    by, paper_id = make.actor(day.center), day.exam_session.paper_id
    assert paper_id is not None
    service.analyse(session, day.id, by=by, now=NOW)
    setting = panels.open_setting(
        session, paper_id, SettingMethod.ANGOFF, {uuid4(): "甲", uuid4(): "乙"}, by=by, now=NOW
    )

    assert len(panels.facilities(session, setting)) == 10


def test_reading_the_booklet_is_on_record(session: Session, make: Make) -> None:
    panel = Panel(make)
    panels.read_booklet(session, panel.id, by=panel.judges[0], now=NOW)

    with pytest.raises(NotFound):
        panels.read_booklet(session, panel.id, by=panel.other, now=NOW)


def test_pass_marks_are_rounded_up_to_half_marks_and_steps_are_common() -> None:
    assert [pass_mark(value) for value in (6000, 6001, 6050, 6051)] == [6000, 6050, 6050, 6100]
    assert common_step([200, 350], 10000) == 50
    assert common_step([33, 67], 10000) == 100
    assert common_step([], 0) == 1
