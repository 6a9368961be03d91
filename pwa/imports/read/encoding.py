"""Knows bytes and letters: UTF-8, Windows-1252 and what is neither; knows nothing of tables."""

import re
import unicodedata

from pwa.imports.read.mistakes import Mistake
from pwa.words import N_

MARKS_OF_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
NOT_TEXT = {b"PK\x03\x04": "Excel (.xlsx)", b"\xd0\xcf\x11\xe0": "Excel (.xls)", b"%PDF": "PDF"}

# æøåÆØÅéü in UTF-8 that was read as Windows-1252 on the way here, and letters already lost
GARBLED = re.compile("Ã[¦¸¥†˜…©¼]|\N{REPLACEMENT CHARACTER}")
# æøå of DOS (850) and of old Macintosh read as Windows-1252: signs that never stand between two letters
GARBLED_1252 = re.compile("(?<=[a-zA-Z])[¿¾Œ‘›†](?=[a-z])")

# Spaces of other widths, and what takes no room at all: a soft hyphen, joiners, marks of direction, of variants, of bytes.
OTHER_SPACES = re.compile("[\xa0\u1680\u2000-\u200a\u202f\u205f\u3000]")
NO_ROOM = re.compile(
    "[\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)


class Unreadable(Exception):
    """The file cannot be read at all, or not beyond a row."""

    def __init__(self, mistake: Mistake) -> None:
        super().__init__(mistake.message)
        self.mistake = mistake


def text_of(content: bytes) -> str:
    """The file's text in composed letters (a Macintosh writes å as two); raises Unreadable."""
    for mark, what in NOT_TEXT.items():
        if content.startswith(mark):
            message = N_("The file is %(what)s, not CSV. Save it as CSV first.")
            raise Unreadable(Mistake(message, {"what": what}))
    if content.startswith(MARKS_OF_UTF_16) or b"\0" in content:
        raise Unreadable(Mistake(N_("The file is neither UTF-8 nor Windows-1252. Save it as CSV UTF-8.")))
    text = _decoded(content)
    if found := GARBLED.search(text):
        line = text.count("\n", 0, found.start()) + 1
        message = N_("The letters æ, ø and å are broken in line %(line)d. Export again as CSV UTF-8.")
        raise Unreadable(Mistake(message, {"line": line}))
    return unicodedata.normalize("NFC", text)


def has_unseen(text: str) -> bool:
    """Whether anything in a text looks like nothing, or like an ordinary space and is none."""
    return bool(NO_ROOM.search(text) or OTHER_SPACES.search(text))


def without_unseen(text: str) -> str:
    """A text with ordinary spaces only, and without what nobody sees.

    >>> without_unseen("10\\u200b0\\u00a0A\\ufeff")
    '100 A'
    """
    return NO_ROOM.sub("", OTHER_SPACES.sub(" ", text))


def _decoded(content: bytes) -> str:
    """UTF-8 if the bytes are that, for they are hardly ever so by chance; else Windows-1252."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
    try:
        text = content.decode("cp1252")
    except UnicodeDecodeError:
        text = "\N{REPLACEMENT CHARACTER}"
    if GARBLED_1252.search(text) or GARBLED.search(text):
        message = N_("The file is neither UTF-8 nor Windows-1252 (line %(line)d). Save it as CSV UTF-8.")
        raise Unreadable(Mistake(message, {"line": line}))
    return text
