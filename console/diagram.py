"""Numbers of a drawing that a template cannot work out for itself."""

from __future__ import annotations

from collections.abc import Sequence


def ticks(most: int) -> list[int]:
    """Whole, round numbers from 0 to `most` or a little above it: five steps at most."""
    step, factors = 1, (2, 2.5, 2)
    n = 0
    while step * 5 < most:
        step = round(step * factors[n % 3])
        n += 1
    return [step * n for n in range(-(-most // step) + 1)] if most else [0, 1]


def curve(shares: Sequence[float | None], left: float, right: float, top: float, bottom: float) -> list[str]:
    """The points of a line of shares, from 0 at the bottom to 1 at the top; broken where there is none."""
    step = (right - left) / max(1, len(shares))
    lines: list[list[str]] = [[]]
    for n, share in enumerate(shares):
        if share is None:
            lines.append([])
        else:
            lines[-1].append(f"{left + (n + 0.5) * step:.1f},{bottom - share * (bottom - top):.1f}")
    return [" ".join(points) for points in lines if points]
