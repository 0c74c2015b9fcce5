"""The whole analysis of a sitting as plain values that JSON can hold."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from certification.analysis.sitting import Sitting
from certification.psychometrics import alarms, classical, dif, distractors, irt, item_fit, leakage
from certification.psychometrics.irt import Model
from certification.psychometrics.notes import Floats

METHOD = "zhixun-analysis-1"
"""Named in every stored analysis; it changes when a figure is computed in another way."""

LEAST = {Model.RASCH: 50, Model.TWO_PL: 200}
"""With fewer candidates a model is not fitted to a session of ours; a file is taken as it is, from ten on."""

LEAST_SHOWN = 5
"""With fewer candidates no figure of theirs is shown: each could be told apart."""

LEAST_COMPARED = 30
"""With fewer candidates a session is no ground for speaking of drift."""

THETAS = tuple(round(-4 + 0.25 * step, 2) for step in range(33))


def build(
    sitting: Sitting, *, least: dict[Model, int] | None = None, earlier: Sequence[float | None] | None = None
) -> dict[str, Any]:
    """Everything that can be said of a sitting.

    Args:
        sitting: the answers.
        least: candidates from which on each model is fitted; ``LEAST`` by default.
        earlier: facilities of the same items in earlier sessions, for drift; None where an item is new.
    """
    found = classical.analyse(sitting.marks, sitting.maximum, sitting.missing)
    tables = [_table(sitting, j) for j in range(len(sitting.items))]
    models = _models(sitting, least or LEAST)
    groups = {feature: _dif(sitting, list(values)) for feature, values in sitting.groups.items()}
    changed = _drift(found, earlier)
    items = [
        {
            "label": sitting.items[j].label,
            "maximum": sitting.items[j].maximum,
            "key": list(sitting.items[j].key),
            **asdict(figures),
            "options": [
                {"name": name, **asdict(one)}
                for name, one in zip((*sitting.items[j].options, ""), tables[j], strict=False)
            ],
            "alarm": _alarm(tables[j], figures.corrected_r, found.n),
            "drift": None if changed is None else changed["items"][j],
            **{model: rows["items"][j] for model, rows in models.items()},
            "dif": [row for rows in groups.values() for row in rows if row["item"] == j],
        }
        for j, figures in enumerate(found.items)
    ]
    return {
        "method": METHOD,
        "n": found.n,
        "k": len(sitting.items),
        "mean": found.mean,
        "sd": found.sd,
        "maximum": float(sitting.maximum.sum()),
        "reliability": asdict(found.reliability),
        "distribution": distribution(sitting.totals, float(sitting.maximum.sum())),
        "models": {model: rows["model"] for model, rows in models.items()},
        "items": items,
        **leaks(sitting),
    }


def add_pool(found: dict[str, Any], pool: Sitting) -> None:
    """Add to a session's report the models and group differences over all who sat the paper, and how many these are."""
    models = _models(pool, LEAST)
    facilities = classical.analyse(pool.marks, pool.maximum, pool.missing).items
    groups = [row for values in pool.groups.values() for row in _dif(pool, list(values))]
    found["pool"] = {"n": pool.n}
    found["models"] = {model: rows["model"] for model, rows in models.items()}
    for j, item in enumerate(found["items"]):
        item["dif"] = [row for row in groups if row["item"] == j]
        for model, rows in models.items():
            item[model] = {**rows["items"][j], "facility": facilities[j].facility}


def distribution(totals: Floats, maximum: float, bins: int = 20) -> list[int]:
    """How many candidates lie in each twentieth of the scale; the top belongs to the last."""
    if maximum <= 0:
        return [0] * bins
    place = np.clip((totals / maximum * bins + 1e-9).astype(np.int64), 0, bins - 1)
    return [int(count) for count in np.bincount(place, minlength=bins)]


def _table(sitting: Sitting, j: int) -> tuple[distractors.OptionFigures, ...]:
    chosen = sitting.chosen[j]
    if chosen is None:
        return ()
    key = np.isin(np.arange(chosen.shape[1]), sitting.items[j].key)
    return distractors.table_of(chosen, sitting.totals - sitting.marks[:, j], key)


def _alarm(table: Sequence[distractors.OptionFigures], r: float | None, n: int) -> dict[str, Any] | None:
    found = alarms.key_alarm(table, r, n)
    return None if found is None else {"signs": [sign.value for sign in found.signs], "option": found.option}


def _drift(found: classical.Analysis, earlier: Sequence[float | None] | None) -> dict[str, Any] | None:
    if earlier is None:
        return None
    change = alarms.drift(alarms.log_odds([one.facility for one in found.items]), alarms.log_odds(earlier))
    rows = zip(earlier, change.z, change.changed, strict=True)
    return {"items": [{"before": before, "z": z, "changed": changed} for before, z, changed in rows]}


def _models(sitting: Sitting, least: dict[Model, int]) -> dict[str, dict[str, Any]]:
    """Each model that there are candidates enough for, with its items, their fit, and the curve of information."""
    right, reached = sitting.right.astype(np.float64), sitting.reached
    everybody = None if reached.all() else reached
    rows: dict[str, dict[str, Any]] = {}
    for model, needed in least.items():
        if sitting.n < needed:
            continue
        fitted = irt.fit(right, model, reached=everybody)
        if fitted.log_likelihood is None:
            continue
        whole = reached.all(axis=1)
        fits = item_fit.item_fit(right[whole], fitted)
        a, d, known = fitted.slopes()
        curve = irt.information(np.array(THETAS), a[known], d[known]).sum(axis=1)
        abilities, errors = irt.abilities(right, fitted, reached=everybody)
        rows[model.value] = {
            "model": {
                "log_likelihood": fitted.log_likelihood,
                "note": fitted.note,
                "information": [float(one) for one in curve],
                "reliability": float(max(0.0, 1 - float((errors**2).mean()))),
                "mean_ability": float(abilities.mean()),
            },
            "items": [{**asdict(one), "fit": asdict(fit)} for one, fit in zip(fitted.items, fits, strict=True)],
        }
    return rows


def _dif(sitting: Sitting, values: list[str]) -> list[dict[str, Any]]:
    """Each smaller group against the greatest, item by item; groups without a name are left out."""
    sizes = Counter(one for one in values if one)
    ordered = [name for name, _count in sizes.most_common()]
    labels, found = np.array(values), []
    for focal in ordered[1:]:
        rows = (labels == focal) | (labels == ordered[0])
        part = sitting.only(rows)
        criterion, right = part.right.sum(axis=1).astype(np.float64), part.right
        for j in range(len(sitting.items)):
            figures = dif.dif(right[:, j], labels[rows] == focal, criterion)
            found.append({"item": j, "reference": ordered[0], "focal": focal, **asdict(figures)})
    return found


def leaks(sitting: Sitting) -> dict[str, Any]:
    """Signs of shared answers between neighbours, and of marks that are high for the time; places in the sitting."""
    codes, options = sitting.codes()
    pairs = leakage.pair_signs(codes, sitting.totals, options, sitting.pairs) if sitting.pairs else ()
    pace = None if sitting.seconds is None else leakage.pace(sitting.totals, sitting.seconds)
    return {
        "pairs": [asdict(pair) for pair in pairs if pair.named],
        "pairs_compared": len(pairs),
        "pace": None if pace is None else asdict(pace),
    }
