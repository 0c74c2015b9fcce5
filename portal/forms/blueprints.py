"""Forms of blueprints: limits, the table of weights, and asking for parallel papers."""

import secrets
from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import FloatField, IntegerField, SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from certification.assembly.rules import Cell, InformationGoal, Specification
from certification.exams.paper_sets import MOST_PAPERS
from certification.standards.rules import TheoryPlan
from portal.forms.base import BaseForm, FilterForm, trim

ABILITIES = (-1.0, 0.0, 1.0)
"""Abilities that a new blueprint's information goals start with, in logits."""

GOALS = range(1, 4)
MOST = 2_000


def whole(label: Any, least: int, most: int, **more: Any) -> Any:
    """A field for a whole number that may be left empty."""
    message = _("A whole number from %(least)s to %(most)s.", least=least, most=most)
    return IntegerField(
        label, validators=[Optional(), NumberRange(least, most, message)], render_kw={"inputmode": "numeric"}, **more
    )


def figure(label: Any, least: float, most: float, **more: Any) -> Any:
    """A field for a figure that may be left empty."""
    message = _("A number from %(least)s to %(most)s.", least=least, most=most)
    return FloatField(
        label, validators=[Optional(), NumberRange(least, most, message)], render_kw={"inputmode": "decimal"}, **more
    )


class SchemeChoice(FilterForm):
    """For which scheme and center a blueprint is made; the choices come from the view."""

    center_id = SelectField(_("Center"))
    scheme_id = SelectField(_("Scheme"))


class BlueprintForm(BaseForm):
    """The limits of a blueprint; ``form_for`` adds the numbers per area."""

    title: Any = StringField(
        _("Title"), filters=[trim], validators=[DataRequired(_("Give the blueprint a title.")), Length(max=120)]
    )
    papers: Any = whole(
        _("Papers to count for"), 1, MOST_PAPERS, description=_("The supply is counted for so many parallel papers.")
    )
    per_point: Any = whole(
        _("Items of one knowledge point, at most"), 1, 100, description=_("Leave it empty for no limit.")
    )
    difficulty: Any = figure(
        _("Mean difficulty"), -4, 4, description=_("In logits; leave it empty for what the bank gives on average.")
    )
    difficulty_within: Any = figure(
        _("may differ by"), 0.001, 4, description=_("Leave it empty to let difficulty be as it comes.")
    )
    fresh_least: Any = whole(_("Items never printed before, at least"), 0, MOST)
    uses_most: Any = whole(
        _("Papers of a set that may share an item"), 1, MOST_PAPERS, description=_("1: no two papers share items.")
    )
    exposure_cap: Any = whole(
        _("Papers in which an item may be printed in its life"), 1, MOST, description=_("Leave it empty for no cap.")
    )
    rest_days: Any = whole(
        _("Days of rest after an item was used"), 0, 3_650, description=_("Leave it empty for no rest.")
    )
    ability_1: Any = figure(_("Ability"), -4, 4)
    target_1: Any = figure(_("Information"), 0.01, 1000)
    within_1: Any = figure(_("may differ by, in percent"), 0.1, 100)
    ability_2: Any = figure(_("Ability"), -4, 4)
    target_2: Any = figure(_("Information"), 0.01, 1000)
    within_2: Any = figure(_("may differ by, in percent"), 0.1, 100)
    ability_3: Any = figure(_("Ability"), -4, 4)
    target_3: Any = figure(_("Information"), 0.01, 1000)
    within_3: Any = figure(_("may differ by, in percent"), 0.1, 100)

    plan: TheoryPlan

    def cell(self, part: int, area: str) -> Any:
        """The field of a part and an area."""
        return self[cell_name(self.plan, part, area)]

    def specification(self) -> Specification:
        """What was typed; a blank number per area counts as none."""
        cells = tuple(
            Cell(number, part.kind, area, count, part.marks_each)
            for number, part in enumerate(self.plan.parts)
            for area in areas_of(self.plan)
            if (count := self.cell(number, area).data or 0)
        )
        goals = tuple(
            InformationGoal(ability, self[f"target_{row}"].data, (self[f"within_{row}"].data or 5) / 100)
            for row in GOALS
            if (ability := self[f"ability_{row}"].data) is not None
        )
        return Specification(
            cells,
            per_point=self.per_point.data,
            difficulty=self.difficulty.data,
            difficulty_within=self.difficulty_within.data,
            information=goals,
            exposure_cap=self.exposure_cap.data,
            rest_days=self.rest_days.data,
            fresh_least=self.fresh_least.data or 0,
            uses_most=self.uses_most.data or 1,
        )


def areas_of(plan: TheoryPlan) -> list[str]:
    """The areas of a plan, in the order of their codes."""
    return sorted({area for part in plan.parts for area in part.areas})


def cell_name(plan: TheoryPlan, part: int, area: str) -> str:
    """The name of the field of a part and an area."""
    return f"cell_{part}_{areas_of(plan).index(area)}"


def form_for(plan: TheoryPlan, filled: Mapping[str, Any] | None = None) -> BlueprintForm:
    """The form of a blueprint of this plan, filled with a specification's values."""
    fields = {
        cell_name(plan, number, area): whole(area, 0, MOST)
        for number in range(len(plan.parts))
        for area in areas_of(plan)
    }
    form: BlueprintForm = type("FilledBlueprintForm", (BlueprintForm,), fields)(data=dict(filled or {}))
    form.plan = plan
    return form


def typed(plan: TheoryPlan, specification: Specification, title: str) -> dict[str, Any]:
    """What the form shows of a specification."""
    values: dict[str, Any] = {
        "title": title,
        "papers": 2,
        "per_point": specification.per_point,
        "difficulty": specification.difficulty,
        "difficulty_within": specification.difficulty_within,
        "fresh_least": specification.fresh_least,
        "uses_most": specification.uses_most,
        "exposure_cap": specification.exposure_cap,
        "rest_days": specification.rest_days,
    }
    for cell in specification.cells:
        values[cell_name(plan, cell.part, cell.area)] = cell.count
    for row, goal in zip(GOALS, specification.information, strict=False):
        values |= {
            f"ability_{row}": goal.ability, f"target_{row}": goal.target, f"within_{row}": round(goal.within * 100, 4)
        }  # fmt: skip
    return values


class AssembleSetForm(BaseForm):
    """How many parallel papers to ask for."""

    count: Any = IntegerField(
        _("Parallel papers"),
        default=2,
        validators=[
            InputRequired(_("Say how many.")),
            NumberRange(1, MOST_PAPERS, _("A whole number from %(least)s to %(most)s.", least=1, most=MOST_PAPERS)),
        ],
        render_kw={"inputmode": "numeric"},
    )
    seconds: Any = IntegerField(
        _("Seconds to search, at most"),
        default=60,
        validators=[
            InputRequired(_("Say how long.")),
            NumberRange(5, 1800, _("A whole number from %(least)s to %(most)s.", least=5, most=1800)),
        ],
        render_kw={"inputmode": "numeric"},
    )
    seed: Any = whole(
        _("Seed"),
        0,
        2**31 - 1,
        description=_("Leave it empty for a random one. The same seed on an unchanged bank gives the same papers."),
    )

    def chosen_seed(self) -> int:
        """The seed that was typed, or a random one."""
        return secrets.randbits(31) if self.seed.data is None else int(self.seed.data)
