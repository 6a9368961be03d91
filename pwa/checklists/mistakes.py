"""Knows how it is said what is wrong with a checklist, and where; knows no language but the message's English id."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing that is wrong; `place` names the step and the field, "" is the whole checklist; `params` fill the message."""

    message: str
    params: Mapping[str, str | int] = field(default_factory=dict)
    place: str = ""

    def words(self, gettext: Callable[[str], str]) -> str:
        """What is wrong as one line for a person."""
        said = gettext(self.message) % self.params
        return f"{self.place}: {said}" if self.place else said


class WrongChecklist(ValueError):
    """A checklist that cannot be used; all that is wrong with it."""

    def __init__(self, mistakes: Sequence[Mistake]) -> None:
        super().__init__("; ".join(mistake.words(str) for mistake in mistakes))
        self.mistakes = tuple(mistakes)
