"""Sentences for the refusals about centers, their staff and premises."""

from collections.abc import Callable
from datetime import date
from typing import Any

from flask_babel import gettext as _

from portal.labels import label, level_name
from training_base.centers import premises, service, staffing
from training_base.centers.rules import CodeProblem
from training_base.kernel.errors import Refusal


def until(day: date | None) -> str:
    """The end of a term in words."""
    return _("further notice") if day is None else day.isoformat()


CODES: dict[CodeProblem, Callable[[str], str]] = {
    CodeProblem.SHAPE: lambda code: _(
        "The body code %(code)s does not fit: it has 13 characters, the letter S or Y and 12 digits.", code=code
    ),
    CodeProblem.KIND: lambda code: _(
        "The letter of the body code %(code)s does not fit the kind: S is a third-party body, Y an employer.",
        code=code,
    ),
}

SENTENCES: dict[type[Refusal], Callable[[Any], str]] = {
    service.BadCenterCode: lambda r: CODES[r.problem](r.code_given),
    service.CodeTaken: lambda r: _(
        "Another body already has the code %(code)s. Compare it with the filing notice.", code=r.code_given
    ),
    service.NotADistrict: lambda r: (
        _(
            "%(name)s is a functional area, not a district. Choose the district it lies in, and the area below it.",
            name=r.district,
        )
        if r.is_area
        else _("%(name)s is not one of the 16 districts of Shanghai.", name=r.district)
    ),
    service.NotAnArea: lambda r: _(
        "%(name)s is not a functional area that is on the list. Choose one, or leave it empty.", name=r.area
    ),
    service.EndBeforeStart: lambda r: _(
        "The end (%(until)s) must come after the start (%(start)s).",
        until=r.until_on.isoformat(),
        start=r.from_on.isoformat(),
    ),
    service.ScopeOverlaps: lambda r: _(
        "%(level)s is already filed from %(start)s until %(until)s for this job. "
        "End that filing first, or choose other days.",
        level=level_name(r.level),
        start=r.from_on.isoformat(),
        until=until(r.until_on),
    ),
    service.AlreadyEnded: lambda r: _("This has ended already, on %(day)s.", day=r.until_on.isoformat()),
    service.OutsideFiledScope: lambda r: _(
        "%(level)s is outside the filed scope of the center on %(day)s. The center must file this level first.",
        level=level_name(r.level),
        day=r.on.isoformat(),
    ),
    service.CenterNotActive: lambda r: _(
        "The center does not work at present (%(status)s), so nothing new can begin there.", status=label(r.status)
    ),
    staffing.DutyHeld: lambda r: _(
        "%(name)s holds the duty %(duty)s here already, from %(start)s until %(until)s.",
        name=r.name,
        duty=label(r.duty),
        start=r.from_on.isoformat(),
        until=until(r.until_on),
    ),
    premises.RoomNameTaken: lambda r: _(
        "This site already has a room named %(name)s. Choose another name.", name=r.name
    ),
    premises.NoWorkstations: lambda r: _("A room needs at least one workstation."),
}
