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
