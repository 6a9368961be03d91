"""Knows what stands on each sheet of a PDF that Chromium has written; knows no page of ours."""

import re
import zlib

Objects = dict[bytes, bytes]


def words_of_sheets(pdf: bytes) -> list[str]:
    """The letters of each sheet in the order in which they were drawn, without spaces."""
    objects: Objects = dict(re.findall(rb"(?s)(?:^|\n)(\d+) 0 obj\n(.*?)\nendobj", pdf))
    sheets = [each for each in objects.values() if re.search(rb"/Type /Page\b", each)]
    return ["".join(_words(objects, sheet).split()) for sheet in sheets]


def _words(objects: Objects, sheet: bytes) -> str:
    drawn = _content(objects[_reference(rb"Contents", sheet)])
    fonts = {name: _letters(objects, font) for name, font in re.findall(rb"/(F\d+) (\d+) 0 R", sheet)}
    words: list[str] = []
    letters: dict[bytes, str] = {}
    for font, glyphs in re.findall(rb"/(F\d+) [\d.]+ Tf|<([0-9A-F]+)> Tj", drawn):
        letters = fonts[font] if font else letters
        words += [letters.get(glyphs[at : at + 4], "") for at in range(0, len(glyphs), 4)]
    return "".join(words)


def _letters(objects: Objects, font: bytes) -> dict[bytes, str]:
    """What each glyph of a font means (PDF 32000-1, 9.10.3)."""
    table = _content(objects[_reference(rb"ToUnicode", objects[font])])
    found: dict[bytes, str] = {}
    for rows in re.findall(rb"(?s)beginbfchar\n(.*?)endbfchar", table):
        for glyph, letter in re.findall(rb"<(\w{4})> <(\w+)>", rows):
            found[glyph] = _text(letter)
    for rows in re.findall(rb"(?s)beginbfrange\n(.*?)endbfrange", table):
        for first, last, letter in re.findall(rb"<(\w{4})> <(\w{4})> <(\w{4})>", rows):
            for away in range(int(last, 16) - int(first, 16) + 1):
                found[b"%04X" % (int(first, 16) + away)] = chr(int(letter, 16) + away)
    return found


def _text(hexadecimal: bytes) -> str:
    return bytes.fromhex(hexadecimal.decode()).decode("utf-16-be")


def _reference(name: bytes, inside: bytes) -> bytes:
    found = re.search(rb"/%s (\d+) 0 R" % name, inside)
    assert found, name
    return found[1]


def _content(stream: bytes) -> bytes:
    return zlib.decompress(stream[stream.index(b"stream\n") + 7 : stream.rindex(b"\nendstream")])
