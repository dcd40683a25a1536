"""Plots of what is taken over time, as paths of SVG: levels that hold until the next one."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from adapters.console.rendering import moment
from adapters.console.words import rate
from projections.capacity import Level

_LEFT: Final = 68
_RIGHT: Final = 14
_TOP: Final = 12
_BOTTOM: Final = 26

_FAR: Final = 5
"""Where so much more may be sold than was ever taken, the scale is of what was taken."""

_FORMATS: Final = (
    (timedelta(hours=1), "%H:%M:%S"),
    (timedelta(days=2), "%H:%M"),
    (timedelta(days=120), "%d %b"),
)
"""How times are written on plots that are shorter than this."""


class Tick(NamedTuple):
    """A line of the scale, and what it says."""

    at: float
    says: str


class Plot(NamedTuple):
    """A plot of a size, in units of its own."""

    width: int
    height: int
    taken: str
    area: str
    capacity: str
    """What may be sold; empty where that is far beyond what was ever taken."""
    across: Sequence[Tick]
    up: Sequence[Tick]

    @property
    def left(self) -> int:
        """Where the scale stands."""
        return _LEFT

    @property
    def right(self) -> int:
        """Where the last moment stands."""
        return self.width - _RIGHT

    @property
    def base(self) -> int:
        """Where nothing is taken."""
        return self.height - _BOTTOM


def plotted(levels: Sequence[Level], until: str, width: int, height: int, ticks: int) -> Plot:
    """The plot of some levels up to a time; there is at least one."""
    scale = _Scale(levels, until, width, height)
    taken = scale.steps([(each.time, each.taken_mbps) for each in levels])
    return Plot(
        width,
        height,
        taken,
        f"{taken} V{height - _BOTTOM} H{_LEFT} Z",
        scale.capacity(levels),
        [scale.tick(number / (ticks - 1)) for number in range(ticks)],
        [
            Tick(scale.y(mbps), rate(mbps) if mbps else "0")
            for mbps in (0, scale.most // 2, scale.most)
        ],
    )


class _Scale:
    """Where times and rates stand."""

    def __init__(self, levels: Sequence[Level], until: str, width: int, height: int) -> None:
        self._begin, self._end = moment(levels[0].time), moment(until)
        self._width, self._height = width - _LEFT - _RIGHT, height - _TOP - _BOTTOM
        capacity = max(each.capacity_mbps for each in levels)
        taken = max(each.taken_mbps for each in levels)
        self._is_far = 0 < taken * _FAR < capacity
        self.most = _round_above(taken) if self._is_far else max(capacity, taken) or 1

    def steps(self, points: Sequence[tuple[str, int]]) -> str:
        """A line that holds each value until the next one."""
        (_, first), *rest = points
        line = [f"M{_LEFT} {self.y(first)}"]
        line += [f"H{self._x(moment(time))} V{self.y(mbps)}" for time, mbps in rest]
        return " ".join([*line, f"H{_LEFT + self._width}"])

    def capacity(self, levels: Sequence[Level]) -> str:
        """The line of what may be sold."""
        if self._is_far:
            return ""
        return self.steps([(each.time, each.capacity_mbps) for each in levels])

    def tick(self, part: float) -> Tick:
        """The moment after a part of the time."""
        span = self._end - self._begin
        form = next((form for most, form in _FORMATS if span < most), "%b %Y")
        return Tick(round(_LEFT + part * self._width, 1), f"{self._begin + part * span:{form}}")

    def _x(self, time: datetime) -> float:
        part = (time - self._begin) / max(self._end - self._begin, timedelta(seconds=1))
        return round(_LEFT + min(part, 1) * self._width, 1)

    def y(self, mbps: int) -> float:
        """Where a rate stands."""
        return round(_TOP + (1 - mbps / self.most) * self._height, 1)


def _round_above(mbps: int) -> int:
    """The next round rate: 1, 2 or 5 with zeros."""
    power = 10 ** (len(str(mbps)) - 1)
    return next(each * power for each in (1, 2, 5, 10) if each * power >= mbps)
