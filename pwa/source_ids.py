"""Knows how a number in the source system becomes our id: the same number, the same id, on every machine."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal
from uuid import UUID, uuid5

HAAND = UUID("5f0c6a52-6d0e-5c39-9a55-1f6f0c5d9b1e")  # ours alone, and fixed for ever

Kind = Literal["visit", "citizen", "person", "team", "checklist", "step", "guide"]


@dataclass(frozen=True, slots=True)
class Source:
    """A thing as a file names it: by a number, or a team, a checklist or a guide by its name."""

    id: str
    number: str


@lru_cache(maxsize=65536)
def id_of(kind: Kind, number: str) -> str:
    """The id of what the source calls `number`; upper and lower case are the same thing."""
    return str(uuid5(HAAND, f"{kind}:{number.casefold()}"))


@lru_cache(maxsize=65536)
def source(kind: Kind, number: str) -> Source:
    """The thing of this kind that the source calls `number`."""
    return Source(id_of(kind, number), number)
