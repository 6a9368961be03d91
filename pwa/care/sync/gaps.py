"""Knows which of a phone's numbers never came; knows nothing of the changes that had the others."""

from collections.abc import Iterable, Sequence

from pwa.access.queries.phones import Stretch

MOST_GAPS = 200
"""A phone that loses one number in two is broken: each answer and each board names its gaps."""


def receive_numbers(
    highest: int, gaps: Sequence[Stretch], numbers: Iterable[int]
) -> tuple[int, list[Stretch]]:
    """The highest number and the gaps below it, after these numbers came in any order and however often.

    >>> receive_numbers(0, [], [1, 2, 5])
    (5, [(3, 4)])
    >>> receive_numbers(9, [(3, 6)], [4, 4, 5])
    (9, [(3, 3), (6, 6)])
    """
    still = list(gaps)
    for number in sorted(set(numbers) - {0}):
        if number > highest:
            if number > highest + 1:
                still.append((highest + 1, number - 1))
            highest = number
        else:
            still = [part for gap in still for part in without(gap, number)]
    return highest, joined(still)


def joined(gaps: list[Stretch], most: int = MOST_GAPS) -> list[Stretch]:
    """The gaps, the oldest as one where there are more: what came of that is asked for once more, and is known.

    >>> joined([(1, 1), (3, 3), (5, 6), (8, 8)], most=2)
    [(1, 6), (8, 8)]
    """
    if len(gaps) <= most:
        return gaps
    ordered = sorted(gaps)
    last = len(gaps) - most
    return [(ordered[0][0], ordered[last][1]), *ordered[last + 1 :]]


def used_before(highest: int, gaps: Sequence[Stretch], numbers: Iterable[int]) -> bool:
    """Whether one of these numbers has come already, with another change: two phones count as one.

    >>> used_before(9, [(3, 6)], [4, 10]), used_before(9, [(3, 6)], [7])
    (False, True)
    """
    return any(
        0 < number <= highest and not any(first <= number <= last for first, last in gaps)
        for number in numbers
    )


def without(gap: Stretch, number: int) -> list[Stretch]:
    """What is left of a gap when one of its numbers has come."""
    first, last = gap
    if not first <= number <= last:
        return [gap]
    return [part for part in ((first, number - 1), (number + 1, last)) if part[0] <= part[1]]
