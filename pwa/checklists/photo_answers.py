"""Knows how the answer to a step that asks for a photo or a signature is written: which picture, of which kind, how large, and who
signed. The picture itself is elsewhere, under its SHA-256. Twin: service_worker/checklists/photo_answers.js.
"""

import re

from msgspec import Struct

PICTURED = ("photo", "signature")
FORM = re.compile(r"([0-9a-f]{64}) (image/jpeg|image/png) ([1-9][0-9]{0,7})(?: ([^\n]{1,200}))?", re.ASCII)


class Pictured(Struct, frozen=True, gc=False):
    """A picture that was answered with; `signed_by` is empty of a photo."""

    sha256: str
    type: str
    bytes: int
    signed_by: str


def read_pictured(said: object) -> Pictured | None:
    """The picture that an answer names; None where it names none, as a signature that is a written name.

    >>> read_pictured("0" * 64 + " image/png 5321 Else Holm").signed_by
    'Else Holm'
    """
    found = FORM.fullmatch(said) if isinstance(said, str) else None
    if found is None:
        return None
    sha256, kind, size, signed_by = found.groups()
    return Pictured(sha256, kind, int(size), signed_by or "")


def is_pictured(kind: str, said: str) -> bool:
    """Whether a step of this kind can have this answer: a photo is a picture, a signature that or a written name."""
    found = read_pictured(said)
    return (
        (found is not None and not found.signed_by)
        if kind == "photo"
        else found is not None or len(said) <= 200
    )


def read_as(kind: str, said: str) -> str:
    """What is read of it: who signed; of a photo nothing, for the page has the words."""
    found = read_pictured(said)
    return "" if kind == "photo" else found.signed_by if found else said
