"""Standard setting: a panel judges a paper in rounds; a second person adopts the pass mark."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import numpy as np
import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from certification.analysis import rules
from certification.analysis.models import ItemStatistic, Panellist, PanelRating, PanelRound, StandardSetting
from certification.analysis.rules import SettingMethod, SettingStatus
from certification.exams.models import Paper, PaperItem
from certification.item_bank.calibration import calibrations
from certification.psychometrics import cut_scores
from certification.scoring.conversion import PaperPassMark
from training_base.kernel import audit
from training_base.kernel.actor import Actor
from training_base.kernel.errors import NotFound, Refusal

WHOLE = 0
"""The position under which a bookmark is kept."""


@dataclass(eq=False)
class PanelTooSmall(Refusal):
    """A panel needs at least so many people."""

    least: int


@dataclass(eq=False)
class NotCalibrated(Refusal):
    """A Bookmark needs the difficulty of every item; so many have none."""

    count: int


@dataclass(eq=False)
class RoundClosed(Refusal):
    """The panel is not rating at the moment."""


@dataclass(eq=False)
class RatingsMissing(Refusal):
    """These panellists have not judged everything."""

    names: tuple[str, ...]


@dataclass(eq=False)
class NoRoundYet(Refusal):
    """There is no closed round to adopt, or to go on from."""


@dataclass(eq=False)
class SecondPerson(Refusal):
    """Whoever opened it or judged in it does not adopt it."""


def open_setting(
    session: Session,
    paper_id: UUID,
    method: SettingMethod,
    panel: Mapping[UUID, str],
    *,
    by: Actor,
    now: datetime,
) -> StandardSetting:
    """Begin a standard setting with its panel, account to name.

    Raises:
        NotFound: no such paper in the actor's centers.
        PanelTooSmall: fewer than two.
        NotCalibrated: a Bookmark of a paper with items that have no calibration.
    """
    paper = session.scalar(
        sa.select(Paper).where(Paper.id == paper_id, by.scope(Paper.center_id)).options(selectinload(Paper.items))
    )
    if paper is None:
        raise NotFound("paper", paper_id)
    if len(panel) < rules.LEAST_PANEL:
        raise PanelTooSmall(rules.LEAST_PANEL)
    if method is SettingMethod.BOOKMARK:
        known = calibrations(session, [item.item_id for item in paper.items])
        if missing := sum(item.item_id not in known for item in paper.items):
            raise NotCalibrated(missing)
    setting = StandardSetting(
        paper_id=paper_id,
        center_id=paper.center_id,
        method=method,
        opened_by=by.id,
        opened_by_name=by.name,
        opened_at=now,
        panel=[Panellist(actor_id=actor_id, name=name) for actor_id, name in panel.items()],
    )
    session.add(setting)
    session.flush()
    audit.record(session, "standard_setting.opened", setting, by=by, at=now, details={"panel": len(panel)})
    return setting


def by_id(session: Session, setting_id: UUID, *, by: Actor) -> StandardSetting:
    """A standard setting in the actor's centers.

    Raises:
        NotFound: none.
    """
    return _found(session, StandardSetting.id == setting_id, by.scope(StandardSetting.center_id), setting_id)


def own(session: Session, setting_id: UUID, *, by: Actor) -> StandardSetting:
    """A standard setting that the actor judges in.

    Raises:
        NotFound: none.
    """
    sits = sa.exists().where(Panellist.setting_id == StandardSetting.id, Panellist.actor_id == by.id)
    return _found(session, StandardSetting.id == setting_id, sits, setting_id)


def _found(
    session: Session, one: sa.ColumnElement[bool], other: sa.ColumnElement[bool], setting_id: UUID
) -> StandardSetting:
    query = (
        sa.select(StandardSetting)
        .where(one, other)
        .options(
            joinedload(StandardSetting.paper).selectinload(Paper.items),
            selectinload(StandardSetting.panel),
            selectinload(StandardSetting.rounds),
        )
    )
    found = session.scalar(query)
    if found is None:
        raise NotFound("standard_setting", setting_id)
    return found


def listing(*, by: Actor) -> sa.Select[StandardSetting]:
    """The standard settings of the actor's centers, the newest first."""
    return (
        sa.select(StandardSetting)
        .where(by.scope(StandardSetting.center_id))
        .options(joinedload(StandardSetting.paper), selectinload(StandardSetting.panel))
        .order_by(StandardSetting.opened_at.desc(), StandardSetting.id)
    )


def to_judge(*, by: Actor) -> sa.Select[StandardSetting]:
    """The standard settings that the actor judges in and that are not over."""
    return (
        sa.select(StandardSetting)
        .join(StandardSetting.panel)
        .where(
            Panellist.actor_id == by.id,
            StandardSetting.status.in_([SettingStatus.RATING, SettingStatus.FEEDBACK]),
        )
        .options(joinedload(StandardSetting.paper))
        .order_by(StandardSetting.opened_at)
    )


def booklet(session: Session, setting: StandardSetting) -> list[PaperItem]:
    """The items as the panel reads them: in the order of the paper, or for a Bookmark from the easiest on."""
    items = list(setting.paper.items)
    if setting.method is SettingMethod.ANGOFF:
        return items
    a, d, _marks = parameters(session, items)
    return [items[place] for place in cut_scores.bookmark_order(a, d)[1]]


def parameters(session: Session, items: Sequence[PaperItem]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Slopes, intercepts and marks of calibrated items; an item without a calibration counts as slope 0."""
    known = calibrations(session, [item.item_id for item in items])
    a = np.array([known[item.item_id].a if item.item_id in known else 0.0 for item in items])
    b = np.array([known[item.item_id].b if item.item_id in known else 0.0 for item in items])
    return a, -a * b, np.array([float(item.marks) for item in items])


def ratings_of(session: Session, panellist_id: UUID, number: int) -> dict[int, int]:
    """What a panellist judged in a round, by position."""
    rows = session.scalars(
        sa.select(PanelRating).where(PanelRating.panellist_id == panellist_id, PanelRating.round == number)
    )
    return {row.position: row.value for row in rows}


def rate(session: Session, setting_id: UUID, given: Mapping[int, int], *, by: Actor, now: datetime) -> StandardSetting:
    """Keep a panellist's judgements of the open round; what was judged before and is not given now stays.

    Raises:
        NotFound: the actor is not on the panel.
        RoundClosed: the panel is not rating.
    """
    setting = own(session, setting_id, by=by)
    if setting.status is not SettingStatus.RATING:
        raise RoundClosed
    me = next(one for one in setting.panel if one.actor_id == by.id)
    rows = {
        row.position: row
        for row in session.scalars(
            sa.select(PanelRating).where(PanelRating.panellist_id == me.id, PanelRating.round == setting.round)
        )
    }
    for position, value in given.items():
        row = rows.get(position) or PanelRating(panellist_id=me.id, round=setting.round, position=position)
        row.value, row.rated_at = value, now
        session.add(row)
    session.flush()
    return setting


def positions(setting: StandardSetting) -> list[int]:
    """What each panellist has to judge."""
    if setting.method is SettingMethod.BOOKMARK:
        return [WHOLE]
    return [item.position for item in setting.paper.items]


def read_booklet(session: Session, setting_id: UUID, *, by: Actor, now: datetime) -> None:
    """Put on record that a panellist read the items of a paper.

    Raises:
        NotFound: the actor is not on the panel.
    """
    setting = own(session, setting_id, by=by)
    audit.record(session, "paper.read", setting.paper, by=by, at=now, details={"panel": str(setting.id)})


def progress(session: Session, setting: StandardSetting) -> dict[UUID, int]:
    """How many judgements each panellist has given in the round, by panellist."""
    rows = session.execute(
        sa.select(PanelRating.panellist_id, sa.func.count())
        .where(PanelRating.panellist_id.in_([one.id for one in setting.panel]), PanelRating.round == setting.round)
        .group_by(PanelRating.panellist_id)
    )
    return {row[0]: row[1] for row in rows}


def close_round(session: Session, setting_id: UUID, *, by: Actor, now: datetime) -> PanelRound:
    """End the round: the judgements are summed up and the panel may see them.

    Raises:
        NotFound: none in the actor's centers.
        RoundClosed: it is not open.
        RatingsMissing: somebody has not judged everything.
    """
    setting = by_id(session, setting_id, by=by)
    if setting.status is not SettingStatus.RATING:
        raise RoundClosed
    done, wanted = progress(session, setting), len(positions(setting))
    if missing := tuple(one.name for one in setting.panel if done.get(one.id, 0) < wanted):
        raise RatingsMissing(missing)
    result = summed_up(session, setting)
    closed = PanelRound(setting_id=setting.id, number=setting.round, result=result, closed_at=now)
    setting.rounds.append(closed)
    setting.status = SettingStatus.FEEDBACK
    setting.recommended = rules.pass_mark(result["value"])
    setting.error = None if result["error"] is None else round(result["error"])
    session.flush()
    audit.record(
        session, "standard_setting.round_closed", setting, by=by, at=now,
        details={"round": setting.round, "recommended": setting.recommended},
    )  # fmt: skip
    return closed


def summed_up(session: Session, setting: StandardSetting) -> dict[str, Any]:
    """The result of the round, in hundredths of a mark; judges in the order of their names."""
    items = list(setting.paper.items)
    given = [ratings_of(session, one.id, setting.round) for one in setting.panel]
    if setting.method is SettingMethod.BOOKMARK:
        return asdict(cut_scores.bookmark([one[WHOLE] for one in given], *parameters(session, items)))
    shares = np.array([[one[item.position] / 100 for item in items] for one in given])
    return asdict(cut_scores.angoff(shares, np.array([float(item.marks) for item in items])))


def next_round(session: Session, setting_id: UUID, *, by: Actor, now: datetime) -> StandardSetting:
    """Let the panel judge again, from its own judgements of the round before.

    Raises:
        NotFound: none in the actor's centers.
        NoRoundYet: no round was closed, or there were three.
    """
    setting = by_id(session, setting_id, by=by)
    if setting.status is not SettingStatus.FEEDBACK or setting.round >= rules.MOST_ROUNDS:
        raise NoRoundYet
    for one in setting.panel:
        for position, value in ratings_of(session, one.id, setting.round).items():
            session.add(
                PanelRating(panellist_id=one.id, round=setting.round + 1, position=position, value=value, rated_at=now)
            )
    setting.round += 1
    setting.status = SettingStatus.RATING
    session.flush()
    audit.record(session, "standard_setting.reopened", setting, by=by, at=now, details={"round": setting.round})
    return setting


def adopt(session: Session, setting_id: UUID, *, by: Actor, now: datetime) -> PaperPassMark:
    """Bind the panel's pass mark to the paper; whether it counts, the scheme says.

    Raises:
        NotFound: none in the actor's centers.
        NoRoundYet: no round was closed.
        SecondPerson: the actor opened it or judged in it.
    """
    setting = by_id(session, setting_id, by=by)
    if setting.status is not SettingStatus.FEEDBACK or setting.recommended is None:
        raise NoRoundYet
    if by.id == setting.opened_by or any(one.actor_id == by.id for one in setting.panel):
        raise SecondPerson
    bound = session.scalar(sa.select(PaperPassMark).where(PaperPassMark.paper_id == setting.paper_id))
    if bound is None:
        bound = PaperPassMark(paper_id=setting.paper_id)
        session.add(bound)
    bound.pass_mark, bound.error = setting.recommended, setting.error
    bound.adopted_by, bound.adopted_at = by.id, now
    setting.status = SettingStatus.ADOPTED
    setting.adopted_by, setting.adopted_by_name, setting.adopted_at = by.id, by.name, now
    session.flush()
    audit.record(
        session, "standard_setting.adopted", setting, by=by, at=now, details={"pass_mark": setting.recommended}
    )
    return bound


def drop(session: Session, setting_id: UUID, *, by: Actor, now: datetime) -> None:
    """Give a standard setting up; what was judged stays on record.

    Raises:
        NotFound: none in the actor's centers.
        NoRoundYet: it was adopted or given up before.
    """
    setting = by_id(session, setting_id, by=by)
    if setting.status not in (SettingStatus.RATING, SettingStatus.FEEDBACK):
        raise NoRoundYet
    setting.status = SettingStatus.DROPPED
    session.flush()
    audit.record(session, "standard_setting.dropped", setting, by=by, at=now)


def facilities(session: Session, setting: StandardSetting) -> dict[UUID, float]:
    """The last known facility of each item of the paper, for the panel's feedback."""
    rows = session.execute(
        sa.select(ItemStatistic.item_id, ItemStatistic.facility)
        .where(ItemStatistic.item_id.in_([item.item_id for item in setting.paper.items]))
        .order_by(ItemStatistic.at)
    )
    return {row.item_id: row.facility for row in rows if row.facility is not None}
