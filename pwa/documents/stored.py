"""Knows how a document is written down and read again; knows nothing of what is in it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

import msgspec

from pwa.documents.queries import Stored


@dataclass(frozen=True, slots=True)
class Built:
    """A document before it has a version. `keep_until` is the last day that a phone may hold it."""

    id: str
    body: Mapping[str, object]
    day: str | None = None
    keep_until: str | None = None


def dump(body: Mapping[str, object]) -> str:
    """A body as it is stored and sent: no spaces, letters as they are."""
    return msgspec.json.encode(body).decode()


def load(document: Stored) -> dict[str, object]:
    """A stored document's body for a page, with its version."""
    body: dict[str, object] = json.loads(document.body)
    return body | {"version": document.version}


def wrap(document: Stored) -> str:
    """A stored document as phones get it, without reading its body."""
    head = {"id": document.id, "version": document.version, "keep_until": document.keep_until}
    return f'{msgspec.json.encode(head).decode()[:-1]},"body":{document.body}}}'
