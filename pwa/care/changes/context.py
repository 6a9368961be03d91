"""Knows what is at hand while a change is carried out; knows nothing of which one."""

from msgspec import Struct

from pwa.care.documents.visit_rows import VisitRows
from pwa.words import Change, Person


class ChangeContext(Struct, frozen=True, gc=False):
    """An allowed change to a visit, before it is in any table: who, when by corrected clock, when received."""

    change: Change
    carer: Person
    visit: VisitRows
    at: str
    received_at: str

    def needed(self, name: str) -> str:
        """An argument that the description says is there."""
        value = self.change.args[name]
        assert value is not None
        return value

    def text(self, name: str) -> str:
        """A text that may have been left out."""
        return self.change.args.get(name) or ""
