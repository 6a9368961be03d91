"""Knows how it is said what is wrong with a checklist, and where; knows no language but the message's English id."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from pwa.words import N_

KINDS = {
    "who": N_("who did it"),
    "yes_no": N_("yes or no"),
    "choice": N_("choice"),
    "number": N_("number"),
    "short_text": N_("text"),
    "long_text": N_("long text"),
    "date": N_("date"),
    "time": N_("time"),
    "date_time": N_("date and time"),
    "photo": N_("photo"),
    "signature": N_("signature"),
    "scanned_code": N_("scanned code"),
    "information": N_("information"),
    "group": N_("heading"),
    "repeating_group": N_("heading with rows"),
    "text": N_("text"),
    "bool": N_("yes or no"),
}
"""What a person calls each kind of step, and of value."""
OF_KINDS = ("left", "right", "kind")
"""The params that are kinds, where they are known ones."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing that is wrong; `place` names the step and the field, "" is the whole checklist; `params` fill the message."""

    message: str
    params: Mapping[str, str | int] = field(default_factory=dict)
    place: str = ""

    def words(self, gettext: Callable[[str], str]) -> str:
        """What is wrong as one line for a person."""
        said = gettext(self.message) % in_words(self.params, gettext)
        return f"{self.place}: {said}" if self.place else said


def in_words(params: Mapping[str, str | int], gettext: Callable[[str], str]) -> Mapping[str, str | int]:
    """The params with a word for each kind."""
    return {
        name: gettext(KINDS[value])
        if name in OF_KINDS and isinstance(value, str) and value in KINDS
        else value
        for name, value in params.items()
    }


class WrongChecklist(ValueError):
    """A checklist that cannot be used; all that is wrong with it."""

    def __init__(self, mistakes: Sequence[Mistake]) -> None:
        super().__init__("; ".join(mistake.words(str) for mistake in mistakes))
        self.mistakes = tuple(mistakes)
