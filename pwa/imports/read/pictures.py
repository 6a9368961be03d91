"""Knows the pictures a guide may carry, and which SVG is only a drawing; knows no guides."""

import re
from dataclasses import dataclass
from hashlib import sha256
from xml.etree import ElementTree

from pwa.photos.pictures import clean
from pwa.problems import Problem
from pwa.words import N_

LARGEST = 500_000  # bytes; a cheap phone holds dozens of these
SVG = "{http://www.w3.org/2000/svg}"
DRAWN = {"svg", "g", "path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "title", "desc"}
PLACED = {"viewBox", "width", "height", "x", "y", "x1", "y1", "x2", "y2", "cx", "cy", "r", "rx", "ry"}
PAINTED = {"d", "points", "fill", "fill-opacity", "fill-rule", "opacity", "transform", "role"}
LINES = {"stroke", "stroke-opacity", "stroke-width", "stroke-linecap", "stroke-linejoin", "stroke-dasharray"}
DECLARED = re.compile(r"""\s*<\?xml\s[^>]*?encoding\s*=\s*["']([^"']*)["']""")
SNIFFED = {b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg"}


class NotAPicture(ValueError):
    """A file that a guide may not carry; carries an English message id."""


@dataclass(frozen=True, slots=True)
class Picture:
    """One file of a guide, named by the SHA-256 of its bytes."""

    sha256: str
    type: str  # image/svg+xml, image/png, image/jpeg, image/webp
    content: bytes


def picture_of(content: bytes) -> Picture:
    """The picture in these bytes, by what they are and not by the file's name; raises NotAPicture."""
    if len(content) > LARGEST:
        raise NotAPicture(N_("The picture is larger than 500 kB."))
    return Picture(sha256(content).hexdigest(), _type_of(content), content)


def _type_of(content: bytes) -> str:
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return _decoded(content, "image/webp")
    for mark, sniffed in SNIFFED.items():
        if content.startswith(mark):
            return _decoded(content, sniffed)
    _check_drawing(content)
    return "image/svg+xml"


def _decoded(content: bytes, sniffed: str) -> str:
    """The type, if it is a picture to its end and not only in its first bytes."""
    try:
        clean(content)
    except Problem:
        raise NotAPicture(N_("The picture is not SVG, PNG, JPEG or WebP.")) from None
    return sniffed


def _check_drawing(content: bytes) -> None:
    """Let through only shapes: no script, style, link, font or entity, and nothing fetched from elsewhere.

    Only as UTF-8, which the parser is told and browsers find: in another encoding a declaration has other bytes.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise NotAPicture(N_("The picture is not SVG, PNG, JPEG or WebP.")) from None
    if "\0" in text:  # UTF-16 of ASCII is UTF-8 too, and the parser finds it out by these
        raise NotAPicture(N_("The picture is not SVG, PNG, JPEG or WebP."))
    if content.decode("utf-7", "ignore").count("<") > text.count("<"):  # tags that UTF-8 does not show
        raise NotAPicture(N_("The picture is not SVG, PNG, JPEG or WebP."))
    said = DECLARED.match(text)
    # An entity could grow before any check.
    if (
        "<!" in text
        or re.search(r"<\?(?!xml\s)", text)
        or (said and said[1].lower() not in ("utf-8", "us-ascii"))
    ):
        raise NotAPicture(N_("The drawing (SVG) holds more than shapes."))
    try:
        root = ElementTree.fromstring(text)
    except ElementTree.ParseError as error:
        raise NotAPicture(N_("The picture is not SVG, PNG, JPEG or WebP.")) from error
    if root.tag != f"{SVG}svg":
        raise NotAPicture(N_("The picture is not SVG, PNG, JPEG or WebP."))
    for element in root.iter():
        known = element.tag.removeprefix(SVG) in DRAWN and element.attrib.keys() <= PLACED | PAINTED | LINES
        if not known or any("url" in value.lower() for value in element.attrib.values()):
            raise NotAPicture(N_("The drawing (SVG) holds more than shapes."))
