"""What a phone lacks comes in parts that a slow line can keep: none is given twice, none is left out."""

from datetime import date

import pytest

from pwa.care.sync import pull
from pwa.care.sync.cursors import Cursor, Part, read_cursor, write_cursor
from pwa.care.sync.pull import Phone
from pwa.documents.queries import Listed
from pwa.words import Person

TODAY = "2026-11-23"
MOST = 3


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three documents in an answer."""
    monkeypatch.setattr(pull, "MOST_DOCUMENTS", MOST)


def visit(name: str, version: int, day: str = TODAY) -> Listed:
    """A visit of a team's."""
    return Listed("nord", f"visit-{name}", version, day)


def guide(name: str, version: int) -> Listed:
    """A guide of everybody's."""
    return Listed("", f"guide-{name}", version, None)


def ask(
    cursor: str | None, held: list[Listed], heads: dict[str, tuple[str, int]], today: str = TODAY
) -> Phone:
    """A phone that asks, and what it is given."""
    day = date.fromisoformat(today)
    phone = Phone(
        Person("mette", "Mette", "da", ()), cursor, day, read_cursor(cursor, day), ["nord", ""], held
    )
    phone.compare(heads)
    return phone


def cursor_of(phone: Phone) -> str:
    """What it asks with the next time."""
    assert phone.after
    return write_cursor(phone.after)


def names(phone: Phone) -> list[str]:
    """What it was given, in order."""
    return [row.id for row in phone.lacking]


HELD = [
    *(visit(name, 5) for name in "dcb"),
    visit("a", 4, "2026-11-24"),
    guide("loft", 2),
    guide("sejl", 3),
    Listed("", "person-mette", 1, None),
]
HEADS = {"nord": ("e", 5), "": ("e", 3)}


def test_the_first_fetch_comes_in_parts_today_first() -> None:
    """Each part goes on where the one before ended, and the last says that it is the last."""
    first = ask(None, HELD, HEADS)
    second = ask(cursor_of(first), HELD, HEADS)
    third = ask(cursor_of(second), HELD, HEADS)

    assert names(first) == ["person-mette", "visit-b", "visit-c"]
    assert names(second) == ["visit-d", "visit-a", "guide-loft"]
    assert names(third) == ["guide-sejl"]
    assert [first.more, second.more, third.more] == [True, True, False]
    assert third.after == Cursor(
        TODAY, HEADS, third.after.digest if third.after else "", citizens=frozenset()
    )


def test_what_changes_between_two_parts_is_asked_for_at_once_after_the_last() -> None:
    """A document that was given already, and is newer by now, is lacking again: the phone may have sent it itself."""
    first = ask(None, HELD, HEADS)
    newer = [visit("b", 6) if row.id == "visit-b" else row for row in HELD]
    heads = {**HEADS, "nord": ("e", 6)}
    second = ask(cursor_of(first), newer, heads)
    third = ask(cursor_of(second), newer, heads)
    after = ask(cursor_of(third), newer, heads)

    assert third.more
    assert names(after) == ["visit-b"]
    assert not after.more


def test_a_day_that_ends_between_two_parts_begins_the_parts_anew() -> None:
    """What is first is another day's, so nothing can be gone on with."""
    first = ask(None, HELD, HEADS)
    second = ask(cursor_of(first), HELD, HEADS, "2026-11-24")

    assert names(second) == ["person-mette", "visit-a", "visit-b"]


def test_a_database_that_was_restored_between_two_parts_begins_with_the_first() -> None:
    """Another epoch: nothing that was given counts."""
    known = Cursor(TODAY, {"nord": ("e", 1)}, "")
    newer = [visit(name, 5) for name in "abcdef"]
    first = ask(write_cursor(known), newer, {"nord": ("e", 5)})
    second = ask(cursor_of(first), newer, {"nord": ("f", 5)})

    assert names(second) == names(first)


def test_a_cursor_on_its_way_is_read_as_it_was_written() -> None:
    """A whole one has the form that older servers read."""
    day = date.fromisoformat(TODAY)
    whole = Cursor(TODAY, HEADS, "abc")
    on_its_way = Cursor(TODAY, {}, "abc", Part(TODAY, HEADS, "1 visit-c nord"))

    assert read_cursor(write_cursor(whole), day) == whole
    assert read_cursor(write_cursor(on_its_way), day) == on_its_way
