"""Knows where a page begins in the lists of what needs a look and of what was dealt with; knows nothing of what is in them."""

from typing import NamedTuple


class Place(NamedTuple):
    """Where a change stands in a list; what is dealt with meanwhile moves nothing after it. `at`: when it was dealt with."""

    received_at: str
    id: str
    digest: str
    at: str = ""


FIRST = Place("9", "", "", "9")
"""Before everything."""


class Piece(NamedTuple):
    """So many of a list, after a place in it."""

    most: int
    after: Place = FIRST

    @property
    def params(self) -> dict[str, str | int]:
        """For the statement."""
        place = {f"after_{name}": value for name, value in self.after._asdict().items()}
        return {"most": self.most, **place}


IS_AFTER = """
  (change.received_at < :after_received_at or change.received_at = :after_received_at
    and (change.id, change.digest) > (:after_id, :after_digest))
"""
