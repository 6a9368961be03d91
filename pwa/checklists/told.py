"""Knows what a reader of another system's form tells beside the definition: what came over, and what did not, with its place."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from pwa.checklists.mistakes import Mistake
from pwa.checklists.steps import Definition


@dataclass(frozen=True, slots=True)
class Told:
    """Something of a form: the linkId or name it is at ("" is the whole), what it is, as it is written, and why if it was left out.

    `row` is the row of a sheet. What `is_small` asks nothing of whoever fills the checklist in: how a form looked elsewhere, or what
    another system would have noted.
    """

    link: str
    what: str
    written: str = ""
    why: Mistake | None = None
    row: int | None = None
    is_small: bool = False


@dataclass(slots=True)
class Read:
    """A definition, or none where even the rest would be wrong; and what came over, and what did not."""

    definition: Definition | None = None
    told: list[Told] = field(default_factory=list)

    @property
    def left_out(self) -> Sequence[Told]:
        """What did not come over."""
        return [each for each in self.told if each.why]
