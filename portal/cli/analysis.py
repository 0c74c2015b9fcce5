"""The command that analyses answers: of a session of ours, or from a file."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
from flask.cli import with_appcontext

from certification.analysis import files, report, service
from certification.analysis.sitting import Sitting
from certification.psychometrics.irt import Model
from portal.database import db
from training_base.kernel.actor import SYSTEM
from training_base.kernel.errors import NotFound

FILE_LEAST = {Model.RASCH: 10, Model.TWO_PL: 10}
"""A file of somebody else's is fitted as it is asked for."""


def shown(value: float | None, digits: int = 3, width: int = 8) -> str:
    """A figure in its column, or a dash."""
    return f"{'-' if value is None else format(value, f'.{digits}f'):>{width}}"


def lines(found: dict[str, Any]) -> Iterator[str]:
    """An analysis as a table for the eye."""
    reliability = found["reliability"]
    yield f"{found['n']} candidates, {found['k']} items, {found['maximum']:g} marks"
    yield (
        f"mean {shown(found['mean'], 2, 0)}  sd {shown(found['sd'], 2, 0)}  alpha {shown(reliability['alpha'], 4, 0)}"
        f" (error {shown(reliability['standard_error'], 4, 0)})  SEM {shown(reliability['sem'], 3, 0)}"
    )
    for model, facts in found["models"].items():
        yield f"{model}: log-likelihood {facts['log_likelihood']:.3f}  EAP reliability {facts['reliability']:.3f}"
    width = max([4, *(len(item["label"]) for item in found["items"])])
    names = ["n", "facility", "r(rest)", "discr.%", "effic.%"]
    columns = "".join(f"{name:>9}" for name in names)
    models = "".join(f"{f'{model} a':>9}{'se':>8}{'b':>9}{'se':>8}" for model in found["models"])
    yield f"{'item':<{width}}{columns}{models}  "
    for item in found["items"]:
        yield row(item, width, list(found["models"]))
    yield from remarks(found)


def row(item: dict[str, Any], width: int, models: list[str]) -> str:
    """One item in one line."""
    figures = "".join(
        (
            f"{item['n']:>9}",
            shown(item["facility"], 3, 9),
            shown(item["corrected_r"], 3, 9),
            shown(item["discrimination_index"], 2, 9),
            shown(item["discriminative_efficiency"], 2, 9),
        )
    )
    fitted = "".join(
        f"{shown(item[model]['a'], 4, 9)}{shown(item[model]['a_error'], 4)}"
        f"{shown(item[model]['b'], 4, 9)}{shown(item[model]['b_error'], 4)}"
        for model in models
    )
    return f"{item['label']:<{width}}{figures}{fitted}  {item['note'] or ''}".rstrip()


def remarks(found: dict[str, Any]) -> Iterator[str]:
    """Keys to look at again, and items that treat groups differently."""
    for item in found["items"]:
        if alarm := item["alarm"]:
            option = "" if alarm["option"] is None else f", like a key: {item['options'][alarm['option']]['name']}"
            yield f"look at the key of {item['label']}: {', '.join(alarm['signs'])}{option}"
    for item in found["items"]:
        for one in item["dif"]:
            if one["mh"]["ets"] in ("B", "C"):
                yield (
                    f"DIF {one['mh']['ets']} in {item['label']}: {one['focal']} against {one['reference']}, "
                    f"delta {one['mh']['delta']:.2f}, chi square {one['mh']['chi_square']:.2f}, p {one['mh']['p']:.4f}"
                )


def from_file(responses: Path, key: Path | None) -> Sitting:
    """The sitting of a file; a fault ends the command with its row and column."""
    try:
        return files.read(responses.read_bytes(), key.read_bytes() if key else None)
    except files.Unreadable as fault:
        raise click.ClickException("\n".join(str(one) for one in fault.faults)) from fault


def from_session(code: str) -> Sitting:
    """The sitting of an exam session by its code or identifier."""
    session = db.session()
    try:
        return service.sitting_of(session, service.session_by_code(session, code, by=SYSTEM))
    except NotFound as missing:
        raise click.ClickException(f"no exam session {code}") from missing


@click.command("analyse")
@with_appcontext
@click.option("--session", "code", help="Code or identifier of an exam session.")
@click.option(
    "--responses",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A .csv: items in the header, a candidate per row; 1 and 0, or options with --key.",
)
@click.option(
    "--key",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A .csv with the key of each item: a header and one row, or a row per item.",
)
@click.option("--json", "as_json", is_flag=True, help="Print all figures as JSON.")
def analyse(code: str | None, responses: Path | None, key: Path | None, as_json: bool) -> None:
    """Item and test statistics, Rasch and 2PL, DIF by group columns, doubtful keys."""
    if (code is None) == (responses is None):
        raise click.UsageError("give either --session or --responses")
    if key is not None and responses is None:
        raise click.UsageError("--key goes with --responses")
    if responses is not None:
        found = report.build(from_file(responses, key), least=FILE_LEAST)
    else:
        found = report.build(from_session(str(code)))
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, allow_nan=False))
        return
    for line in lines(found):
        click.echo(line)
