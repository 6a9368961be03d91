"""Knows how long a yes holds for whoever goes on with the same file; knows nothing of what was asked."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType

from msgspec import Struct

from pwa.imports.apply.imported import Chosen, Telling
from pwa.imports.apply.judge import Yes
from pwa.imports.apply.plan_summary import StopCode
from pwa.words import to_moment, to_text

YES_HOLDS = timedelta(hours=12)
"""A night, and not until somebody finds the file again."""


class SaidYes(Struct):
    """To how many somebody has said yes, and when."""

    number: int
    at: str


Said = Mapping[StopCode, SaidYes]
NOT_SAID: Said = MappingProxyType({})


def still_said(said: Said, now: datetime, telling: Telling) -> dict[StopCode, SaidYes]:
    """What holds by now, which is told."""
    holds = {code: each for code, each in said.items() if now < to_moment(each.at) + YES_HOLDS}
    if holds:
        numbers = {code: each.number for code, each in holds.items()}
        telling.kept(numbers, min(to_moment(each.at) for each in holds.values()) + YES_HOLDS)
    return holds


def yes_with(chosen: Chosen, said: Said) -> Yes:
    """What is said yes to now, and was before it was broken off."""
    return Yes(chosen.yes.exactly, {code: each.number for code, each in said.items()})


def said_now(chosen: Chosen, now: datetime) -> dict[StopCode, SaidYes]:
    """What is to be kept for a run that goes on with this one."""
    return {code: SaidYes(number, to_text(now)) for code, number in chosen.yes.exactly.items()}
