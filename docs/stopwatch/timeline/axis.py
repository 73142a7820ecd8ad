"""The time axis: where its ticks are and what they say."""

from __future__ import annotations

from collections.abc import Iterator

_STEPS = (1.0, 2.0, 5.0)


def ticks(span: float, most: int = 7) -> Iterator[tuple[float, str]]:
    """Yield moments (ms) from 0 to the span, each with its label, such as "0.2 s"."""
    step = step_of(span, most)
    seconds = span >= 100
    unit, size = ("s", step / 1000) if seconds else ("ms", step)
    places = next(places for places in range(9) if abs(round(size, places) - size) < size / 1000)
    for number in range(int(span / step + 1e-9) + 1):
        value = f"{number * size:.{places}f}" if number else "0"
        yield number * step, f"{value} {unit}"


def step_of(span: float, most: int) -> float:
    """Return the smallest of 1, 2, 5 × 10ⁿ ms of which at most ``most`` fit into the span."""
    power = 1e-3
    while True:
        for step in _STEPS:
            if span / (step * power) <= most:
                return step * power
        power *= 10
