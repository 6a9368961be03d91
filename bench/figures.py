"""Knows the numbers that a run gives and how runs become one; knows nothing of how they are shown.

Figures are named: count (what was acknowledged), per_second, p50_ms, p99_ms, up_bytes and down_bytes (per request,
heads included), head_bytes (of an answer), cpu (server seconds per 1,000), memory_mb (peak), load (share of a core
that the generator used), and heard_p50_ms and heard_p99_ms of boards. What a run cannot know it leaves out.
"""

import math
import statistics
from collections.abc import Iterable, Sequence

from bench.generator import Talk

Figures = dict[str, float]


def figures_of(talk: Talk, count: int) -> Figures:
    """What a talk was like, in which `count` changes (or answers) were acknowledged."""
    answers = [answer for line in talk.lines for answer in line]
    times = [answer.seconds * 1000 for answer in answers]
    return {
        "count": count,
        "per_second": count / talk.seconds,
        "p50_ms": percentile(times, 50),
        "p99_ms": percentile(times, 99),
        "up_bytes": statistics.fmean(answer.bytes_up for answer in answers),
        "down_bytes": statistics.fmean(answer.bytes_down for answer in answers),
        "head_bytes": statistics.fmean(len(answer.head) for answer in answers),
        "cpu": talk.metered / count * 1000,
        "load": talk.load,
    }


def percentile(values: Iterable[float], percent: int) -> float:
    """The smallest of the values that so many percent of them do not exceed.

    >>> percentile([4, 1, 3, 2], 50), percentile([7], 99)
    (2, 7)
    """
    ordered = sorted(values)
    return ordered[max(0, math.ceil(len(ordered) * percent / 100) - 1)]


def median_of(runs: Sequence[Figures]) -> Figures:
    """Each figure's median over the runs that have it."""
    names = dict.fromkeys(name for run in runs for name in run)
    return {name: statistics.median(run[name] for run in runs if name in run) for name in names}
