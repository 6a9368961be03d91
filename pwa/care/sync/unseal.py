"""Knows how a change that a locked phone delivered becomes the change that it is; knows nothing of judgement.

Such a phone sends `{"id", "n", "sealed"}`: what it wrote down while the vault was open, sealed to us alone.
"""

from base64 import b64decode
from collections.abc import Callable, Mapping, Sequence

from pwa.care.sync.sealing_keys import NotOpened, SealingKeys
from pwa.web.problems import BrokenBody

FIELDS = frozenset({"id", "n", "sealed"})

ParseJson = Callable[[bytes], object]
"""Reads what a phone wrote, as strictly as what comes open; raises BrokenBody."""


def is_sealed(raw: Mapping[str, object]) -> bool:
    """Whether this has the form of a sealed change, whatever is in it."""
    return raw.keys() == FIELDS


def are_all_sealed(changes: Sequence[object], drafts: Sequence[object]) -> bool:
    """Whether nothing among them can be read on its way, as it is where the phone itself cannot read it."""
    return all(isinstance(raw, dict) and is_sealed(raw) for raw in changes) and all(
        isinstance(raw, dict) and "sealed" in raw for raw in drafts
    )


def purpose(person_id: str, change_id: object, n: object) -> bytes:
    """What a change is sealed for: nobody else can send it, and not as another one."""
    return f"haand change\n{person_id}\n{change_id}\n{n}".encode()


def draft_purpose(person_id: str, draft_id: object) -> bytes:
    """The same for half-written words."""
    return f"haand draft\n{person_id}\n{draft_id}".encode()


def open_drafts(keys: SealingKeys, person_id: str, rows: Sequence[object], parse: ParseJson) -> list[object]:
    """The drafts with every sealed one opened; what cannot be opened stays as it came."""
    return [_opened_draft(keys, person_id, raw, parse) for raw in rows]


def _opened_draft(keys: SealingKeys, person_id: str, raw: object, parse: ParseJson) -> object:
    if not isinstance(raw, dict) or "sealed" not in raw:
        return raw
    try:
        sealed = b64decode(str(raw["sealed"]), validate=True)
        inside = parse(keys.open_sealed(sealed, draft_purpose(person_id, raw.get("id"))))
    except (ValueError, BrokenBody, NotOpened):
        return raw
    if not isinstance(inside, dict) or inside.get("id") != raw.get("id"):
        return raw
    return {**inside, "n": raw.get("n"), "at": raw.get("at")}


def open_sealed(
    keys: SealingKeys, person_id: str, changes: Sequence[object], parse: ParseJson
) -> list[object]:
    """The changes with every sealed one opened. What cannot be opened stays as it came, and is kept so."""
    return [_opened(keys, person_id, raw, parse) for raw in changes]


def _opened(keys: SealingKeys, person_id: str, raw: object, parse: ParseJson) -> object:
    if not isinstance(raw, dict) or not is_sealed(raw):
        return raw
    try:
        sealed = b64decode(str(raw["sealed"]), validate=True)
        inside = parse(keys.open_sealed(sealed, purpose(person_id, raw["id"], raw["n"])))
    except (ValueError, BrokenBody, NotOpened):
        return raw
    says_the_same = isinstance(inside, dict) and (inside.get("id"), inside.get("n")) == (raw["id"], raw["n"])
    return inside if says_the_same else raw
