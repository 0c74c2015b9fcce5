"""Geometry of the charts that templates draw as inline SVG: points, ticks, columns; no colours, no text."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 640, 280
LEFT, RIGHT, TOP, BOTTOM = 48, 12, 12, 36


@dataclass(frozen=True)
class Tick:
    """A line of the grid with its figure."""

    at: float
    text: str


@dataclass(frozen=True)
class Line:
    """A curve: its name, its points as SVG writes them, and the dots to mark; ``strong`` is drawn heavier."""

    name: str
    points: str
    dots: tuple[tuple[float, float], ...]
    strong: bool = False


@dataclass(frozen=True)
class Column:
    """One column of a histogram."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Chart:
    """All that a template needs to draw one chart."""

    lines: tuple[Line, ...]
    columns: tuple[Column, ...]
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]


@dataclass(frozen=True)
class Scale:
    """Values of both axes from their least to their greatest."""

    x: tuple[float, float]
    y: tuple[float, float]

    def place(self, x: float, y: float) -> tuple[float, float]:
        """Where a value lies in the picture."""
        across = (x - self.x[0]) / (self.x[1] - self.x[0])
        up = (y - self.y[0]) / (self.y[1] - self.y[0])
        return (
            round(LEFT + across * (WIDTH - LEFT - RIGHT), 1),
            round(HEIGHT - BOTTOM - up * (HEIGHT - TOP - BOTTOM), 1),
        )

    def ticks(self, x: Sequence[float], y: Sequence[float]) -> tuple[tuple[Tick, ...], tuple[Tick, ...]]:
        """Grid lines at these values."""
        across = tuple(Tick(self.place(one, self.y[0])[0], f"{one:g}") for one in x)
        return across, tuple(Tick(self.place(self.x[0], one)[1], f"{one:g}") for one in y)


def curves(
    scale: Scale,
    named: Sequence[tuple[str, Sequence[float], Sequence[float | None], bool]],
    x_ticks: Sequence[float],
    y_ticks: Sequence[float],
) -> Chart:
    """Lines through the values that are known; each is (name, xs, ys, strong)."""
    lines = []
    for name, xs, ys, strong in named:
        places = [scale.place(x, y) for x, y in zip(xs, ys, strict=True) if y is not None]
        dots = tuple(places) if len(places) <= 12 else ()
        lines.append(Line(name, " ".join(f"{x},{y}" for x, y in places), dots, strong))
    return Chart(tuple(lines), (), *scale.ticks(x_ticks, y_ticks))


def histogram(counts: Sequence[int], top: float) -> Chart:
    """Columns over a scale from 0 to the greatest marks."""
    most = max([1, *counts])
    scale = Scale((0, top or 1), (0, most))
    width = (top or 1) / max(len(counts), 1)
    columns = []
    for place, count in enumerate(counts):
        left, y = scale.place(place * width, count)
        right, ground = scale.place((place + 1) * width, 0)
        columns.append(Column(left + 1, y, round(right - left - 2, 1), round(ground - y, 1)))
    step = max(1, round(most / 4))
    return Chart((), tuple(columns), *scale.ticks([top * part / 4 for part in range(5)], range(0, most + 1, step)))


def ceiling(values: Sequence[float | None]) -> float:
    """A round number above all of some values, from 1 on."""
    most = max([one for one in values if one is not None], default=0.0)
    return float(max(1, -(-most // 1)))
