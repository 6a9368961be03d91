"""Knows how much of what was written at a visit stands in its document, and how all is read by pages; knows no rows.

Phones carry documents, and a colleague's must be fetched in a stairwell: past a size the newest stands there, and how
much older there is.
"""

from collections.abc import Iterable, Sequence

from pwa.words import Json
from pwa.written import Answer

MOST_NOTES, MOST_CHARACTERS = 100, 200_000
MOST_CORRECTIONS = 20
ON_A_PAGE = 50
MOST_BESIDE, MOST_CHARACTERS_BESIDE = 30, 40_000
"""Of deviations, and of the earlier reasons of a step."""


def bounded(notes: Sequence[Json]) -> Json:
    """`notes` as the document has them, in their order; `older_notes` if there are more, of each `older_texts` likewise."""
    if _fits(notes):
        return {"notes": list(notes)}
    kept: list[Json] = []
    left = MOST_CHARACTERS
    for note in reversed(notes):
        short = _shortened(note, left)
        left -= characters_of(short)
        if kept and (left < 0 or len(kept) == MOST_NOTES):
            break
        kept.append(short)
    older = len(notes) - len(kept)
    return {"notes": kept[::-1], **({"older_notes": older} if older else {})}


def _fits(notes: Sequence[Json]) -> bool:
    """Whether all of it may stand in the document, as it does at nearly every visit."""
    if len(notes) > MOST_NOTES or any(len(_texts(note, "corrections")) > MOST_CORRECTIONS for note in notes):
        return False
    return sum(map(characters_of, notes)) <= MOST_CHARACTERS


def bounded_beside(name: str, rows: list[Json], text: str, older: str) -> Json:
    """The newest of rows that are in order, under their name; and how many older ones there are, if any."""
    kept: list[Json] = []
    left = MOST_CHARACTERS_BESIDE
    for row in reversed(rows):
        left -= len(str(row[text]))
        if kept and (left < 0 or len(kept) == MOST_BESIDE):
            break
        kept.append(row)
    number = len(rows) - len(kept)
    return {name: kept[::-1], **({older: number} if number else {})}


def _shortened(note: Json, most: int) -> Json:
    """A note with its newest corrections; those that stand against each other are there in any case."""
    corrections = _texts(note, "corrections")
    kept: list[Json] = []
    most -= characters_of({**note, "corrections": []})
    for correction in reversed(corrections):
        most -= len(str(correction["text"]))
        if kept and (most < 0 or len(kept) == MOST_CORRECTIONS):
            break
        kept.append(correction)
    older = len(corrections) - len(kept)
    return {**note, "corrections": kept[::-1], **({"older_texts": older} if older else {})}


def characters_of(note: Json) -> int:
    """Of a note with all its texts."""
    beside = [*_texts(note, "corrections"), *_texts(note, "differing")]
    return sum(len(str(each["text"])) for each in (note, *beside))


def _texts(note: Json, name: str) -> list[Json]:
    within = note.get(name, [])
    assert isinstance(within, list)
    return within


def in_order(notes: Sequence[Json], deviations: Sequence[Json], answers: Iterable[Answer]) -> list[Json]:
    """All that was written, each as a note: `kind` is a deviation's, "reason" of an answer's, left out of a note's."""
    beside: list[Json] = [
        {
            "id": each["id"], "kind": each["kind"], "text": each["text"], "written_at": each["reported_at"],
            "written_by": each["reported_by"], "corrections": [],
        }
        for each in deviations
    ]  # fmt: skip
    beside += [
        {
            "id": each.change_id, "kind": "reason", "text": each.reason, "written_at": each.at,
            "written_by": {"id": each.by_id, "name": each.by_name}, "corrections": [],
        }
        for each in answers
        if each.reason
    ]  # fmt: skip
    return sorted([*notes, *beside], key=lambda each: (str(each["written_at"]), str(each["id"])))


def piece_of(notes: Sequence[Json], after: int) -> tuple[list[Json], bool]:
    """The newest notes after so many, newest first, with every text; and whether there are older ones."""
    rest = notes[::-1][after:]
    piece: list[Json] = []
    left = MOST_CHARACTERS
    for note in rest:
        left -= characters_of(note)
        if piece and (left < 0 or len(piece) == ON_A_PAGE):
            break
        piece.append(note)
    return piece, len(rest) > len(piece)
