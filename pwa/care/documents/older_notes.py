"""Knows how much of a visit's notes stands in its document, and how the rest is read by pages; knows no rows.

Phones carry documents, and a colleague's must be fetched in a stairwell: past a size the newest notes stand there, and
how many older ones there are.
"""

from collections.abc import Sequence

from pwa.words import Json

MOST_NOTES, MOST_CHARACTERS = 100, 200_000
MOST_CORRECTIONS = 20
ON_A_PAGE = 50


def bounded(notes: Sequence[Json]) -> Json:
    """`notes` as the document has them, in their order; `older_notes` if there are more, of each `older_texts` likewise."""
    kept: list[Json] = []
    left = MOST_CHARACTERS
    for note in reversed(notes):
        short = _shortened(note, left)
        left -= _characters(short)
        if kept and (left < 0 or len(kept) == MOST_NOTES):
            break
        kept.append(short)
    older = len(notes) - len(kept)
    return {"notes": kept[::-1], **({"older_notes": older} if older else {})}


def _shortened(note: Json, most: int) -> Json:
    """A note with its newest corrections; those that stand against each other are there in any case."""
    corrections = _texts(note, "corrections")
    kept: list[Json] = []
    most -= _characters({**note, "corrections": []})
    for correction in reversed(corrections):
        most -= len(str(correction["text"]))
        if kept and (most < 0 or len(kept) == MOST_CORRECTIONS):
            break
        kept.append(correction)
    older = len(corrections) - len(kept)
    return {**note, "corrections": kept[::-1], **({"older_texts": older} if older else {})}


def _characters(note: Json) -> int:
    beside = [*_texts(note, "corrections"), *_texts(note, "differing")]
    return sum(len(str(each["text"])) for each in (note, *beside))


def _texts(note: Json, name: str) -> list[Json]:
    within = note.get(name, [])
    assert isinstance(within, list)
    return within


def piece_of(notes: Sequence[Json], after: int) -> tuple[list[Json], bool]:
    """The newest notes after so many, newest first, with every text; and whether there are older ones."""
    rest = notes[::-1][after:]
    piece: list[Json] = []
    left = MOST_CHARACTERS
    for note in rest:
        left -= _characters(note)
        if piece and (left < 0 or len(piece) == ON_A_PAGE):
            break
        piece.append(note)
    return piece, len(rest) > len(piece)
