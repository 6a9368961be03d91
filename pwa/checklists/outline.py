"""Knows where each step of a checklist stands: in which groups, and in which rows of repeating groups."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from pwa.checklists.steps import Step


class Placed(NamedTuple):
    """A step and the groups around it, the outermost first; `repeats` are those of them that repeat."""

    step: Step
    groups: tuple[str, ...]
    repeats: tuple[str, ...]

    @property
    def kind(self) -> str:
        return self.step.kind


Outline = Mapping[str, Placed]
"""Every step by its id, in the order of the checklist."""


def outline_of(steps: list[Step]) -> dict[str, Placed]:
    """Where each step stands; of two with one id the first."""
    found: dict[str, Placed] = {}
    for placed in _placed(steps, (), ()):
        found.setdefault(placed.step.id, placed)
    return found


def _placed(steps: list[Step], groups: tuple[str, ...], repeats: tuple[str, ...]) -> Iterator[Placed]:
    for step in steps:
        yield Placed(step, groups, repeats)
        if step.steps:
            inner = (*repeats, step.id) if step.kind == "repeating_group" else repeats
            yield from _placed(step.steps, (*groups, step.id), inner)
