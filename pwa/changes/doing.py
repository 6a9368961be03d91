"""Knows what is at hand while a change is carried out; knows nothing of which one."""

from dataclasses import dataclass

from pwa.words import Change, Person


@dataclass(frozen=True, slots=True)
class Doing:
    """An allowed change on its way into the tables: who, when by corrected clock, when received, on what.

    `team_id` is the visit's, or everybody's for a change to the person.
    """

    change: Change
    carer: Person
    team_id: str
    at: str
    received_at: str

    @property
    def visit_id(self) -> str:
        """The visit that it is done to."""
        return self.needed("visit_id")

    def needed(self, name: str) -> str:
        """An argument that the description says is there."""
        value = self.change.args[name]
        assert value is not None
        return value

    def text(self, name: str) -> str:
        """A text that may have been left out."""
        return self.change.args.get(name) or ""
