"""Knows what those who answer for a matter can do about it, and whose documents tell of it; knows no page."""

from datetime import datetime
from types import MappingProxyType

from pwa.care.documents.refresh import refresh
from pwa.database import Transaction
from pwa.documents.store import DocumentRef
from pwa.followups.queries import Found, Seen, add_acts, find_matter
from pwa.problems import NotAChoice, NotFound, NothingWritten, TooLong
from pwa.words import NewId, Person, cleaned, to_day, to_text

MOST_WORDS = 2000
CHOICES = MappingProxyType(
    {
        "taken": ("",),
        "done": ("",),
        "opened": ("",),
        "colour": ("red", "yellow", "green"),
    }
)
"""What may be said with an act, where that is chosen."""


def check_act(kind: str, said: str) -> str:
    """What is said, if it can be; raises NotFound for an act that there is not, NotAChoice, NothingWritten, TooLong."""
    if kind in CHOICES:
        if said not in CHOICES[kind]:
            raise NotAChoice
        return said
    if kind == "due":
        try:
            return to_day(said).isoformat() if said else ""
        except ValueError:
            raise NotAChoice from None
    if kind == "words":
        words = cleaned(said)
        if not words.strip():
            raise NothingWritten
        if len(words) > MOST_WORDS:
            raise TooLong
        return words
    raise NotFound


async def act(
    tx: Transaction, person: Person, seen: Seen, visit_id: str, matter_id: str, kind: str, said: str, now: datetime,
    new_id: NewId,
) -> Found:  # fmt: skip
    """Do something about a matter, and give it; raises NotFound, and as check_act."""
    said = check_act(kind, said)
    found = await find_matter(tx, seen, visit_id, matter_id)
    if found is None:
        raise NotFound
    await add_acts(tx, found.key, [(matter_id, new_id(), kind, said)], to_text(now), person.id)
    await refresh(tx, [DocumentRef(found.key[0], "visit", visit_id)], new_id)
    return found
