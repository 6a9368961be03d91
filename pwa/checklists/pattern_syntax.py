"""Knows which patterns there are, and reads one; knows nothing of how a text is held against it.

A subset of the regular expressions that FHIR and XLSForm write: signs, classes, groups, alternatives and counts.
"""

import sys
import unicodedata
from functools import cache
from itertools import groupby
from typing import Literal, NamedTuple

Signs = tuple[tuple[int, int], ...]
"""Stretches of code points, in order and apart."""

LAST = sys.maxunicode
MOST_SIZE = 1500
"""So many signs a pattern may be long once its counts are written out."""
MOST_DEPTH = 50
DIGITS: Signs = ((48, 57),)
WORD: Signs = ((48, 57), (65, 90), (95, 95), (97, 122))
SPACE: Signs = ((9, 13), (32, 32), (0xA0, 0xA0))
CLASSES = {"d": DIGITS, "w": WORD, "s": SPACE}
CONTROLS = {"n": 10, "r": 13, "t": 9, "f": 12, "v": 11, "0": 0}
CODE_LENGTHS = {"x": 2, "u": 4}
PUNCTUATION = frozenset("\\^$.|?*+()[]{}-/,#&~ !\"%':;<=>@_`")
NO_ENDS_OF_LINES: Signs = ((0, 9), (11, 12), (14, LAST))


class BadPattern(ValueError):
    """The pattern has something that no pattern may hold; `what` names it."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


class Fragment(NamedTuple):
    """A part of a pattern: signs, parts in a row, either of several, or one part `least` to `most` times."""

    kind: Literal["signs", "row", "either", "times"]
    parts: tuple["Fragment", ...] = ()
    signs: Signs = ()
    least: int = 1
    most: int | None = 1
    size: int = 1


ANYTHING = Fragment("times", (Fragment("signs", signs=((0, LAST),)),), least=0, most=None)


def parse(pattern: str, is_search: bool) -> Fragment:
    """The whole pattern; raises BadPattern."""
    reader = _Reader(pattern)
    whole = reader.either(0, is_search=is_search, is_whole=True)
    if reader.at < len(pattern):
        raise BadPattern(")")
    return whole


class _Reader:
    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.at = 0

    def peek(self) -> str:
        return self.pattern[self.at : self.at + 1]

    def take(self, what: str) -> bool:
        if not self.pattern.startswith(what, self.at):
            return False
        self.at += len(what)
        return True

    def next(self) -> str:
        if self.at >= len(self.pattern):
            raise BadPattern(self.pattern[-1:])
        self.at += 1
        return self.pattern[self.at - 1]

    def either(self, depth: int, is_search: bool = False, is_whole: bool = False) -> Fragment:
        if depth > MOST_DEPTH:
            raise BadPattern("(" * depth)
        parts = [self.row(depth, is_search, is_whole)]
        while self.take("|"):
            parts.append(self.row(depth, is_search, is_whole))
        return parts[0] if len(parts) == 1 else _sized("either", parts)

    def row(self, depth: int, is_search: bool, is_whole: bool) -> Fragment:
        """Parts in a row; the signs of where a text begins and ends have a place only around a whole alternative."""
        parts: list[Fragment] = []
        if not (is_whole and self.take("^")) and is_search:
            parts.append(ANYTHING)
        while self.peek() not in ("", "|", ")"):
            if is_whole and self.pattern[self.at : self.at + 2] in ("$", "$|"):
                self.at += 1
                return _sized("row", parts)
            parts.append(self.times(self.one(depth)))
        return _sized("row", [*parts, ANYTHING] if is_search else parts)

    def one(self, depth: int) -> Fragment:
        sign = self.next()
        if sign == "(":
            return self.group(depth)
        if sign == "[":
            return Fragment("signs", signs=self.bracket())
        if sign == ".":
            return Fragment("signs", signs=NO_ENDS_OF_LINES)
        if sign == "\\":
            return Fragment("signs", signs=self.escaped())
        if sign in "^$*+?{})":
            raise BadPattern(sign)
        return Fragment("signs", signs=((ord(sign), ord(sign)),))

    def group(self, depth: int) -> Fragment:
        if self.take("?") and not self.take(":"):
            raise BadPattern("(?" + self.pattern[self.at : self.at + 1])
        inner = self.either(depth + 1)
        if not self.take(")"):
            raise BadPattern("(")
        return inner

    def times(self, part: Fragment) -> Fragment:
        count = self.count()
        if count is None:
            return part
        least, most = count
        size = part.size * max(least, most or 0, 1)
        if size > MOST_SIZE:
            raise BadPattern(f"{{{max(least, most or 0)}}}")
        self.take("?")  # as few as can be or as many: the whole text fits or does not
        if self.peek() in ("*", "+", "?", "{"):
            raise BadPattern(self.pattern[self.at - 1 : self.at + 1])
        return Fragment("times", (part,), least=least, most=most, size=size)

    def count(self) -> tuple[int, int | None] | None:
        for sign, count in (("*", (0, None)), ("+", (1, None)), ("?", (0, 1))):
            if self.take(sign):
                return count
        if not self.take("{"):
            return None
        written, closed, _ = self.pattern[self.at :].partition("}")
        least, comma, most = written.partition(",")
        if not closed or not _is_count(least) or not (most == "" or _is_count(most)):
            raise BadPattern("{" + written[:10])
        self.at += len(written) + 1
        up_to = int(most) if most else None if comma else int(least)
        if up_to is not None and up_to < int(least):
            raise BadPattern("{" + written + "}")
        return int(least), up_to

    def bracket(self) -> Signs:
        is_not = self.take("^")
        found: list[tuple[int, int]] = []
        while not self.take("]"):
            first = self.member()
            if self.peek() == "-" and self.pattern[self.at + 1 : self.at + 2] not in ("]", ""):
                self.at += 1
                last = self.member()
                if len(first) != 1 or len(last) != 1 or first[0][0] > last[0][1]:
                    raise BadPattern(self.pattern[max(self.at - 3, 0) : self.at])
                first = ((first[0][0], last[0][1]),)
            found += first
        signs = _merged(found)
        return _others(signs) if is_not else signs

    def member(self) -> Signs:
        sign = self.next()
        if sign == "\\":
            return self.escaped(is_member=True)
        if sign == "[" or (sign == "&" and self.peek() == "&"):
            raise BadPattern(f"[{sign}")
        return ((ord(sign), ord(sign)),)

    def escaped(self, is_member: bool = False) -> Signs:
        sign = self.next()
        if sign.lower() in CLASSES:
            signs = CLASSES[sign.lower()]
            return signs if sign.islower() else _others(signs)
        if sign in "pP":
            return self.category(sign)
        if sign in CODE_LENGTHS:
            code = self.pattern[self.at : self.at + CODE_LENGTHS[sign]]
            if len(code) != CODE_LENGTHS[sign] or not all(
                digit in "0123456789abcdefABCDEF" for digit in code
            ):
                raise BadPattern(f"\\{sign}{code}")
            self.at += len(code)
            return ((int(code, 16), int(code, 16)),)
        if sign in CONTROLS:
            return ((CONTROLS[sign], CONTROLS[sign]),)
        if sign in PUNCTUATION:
            return ((ord(sign), ord(sign)),)
        raise BadPattern(f"\\{sign}")

    def category(self, sign: str) -> Signs:
        name, closed, _ = self.pattern[self.at + 1 :].partition("}")
        signs = _in_category(name) if self.peek() == "{" and closed and len(name) <= 2 else ()
        if not signs:
            raise BadPattern(f"\\{sign}{self.pattern[self.at : self.at + 5]}")
        self.at += len(name) + 2
        return signs if sign == "p" else _others(signs)


def _is_count(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 4


def _sized(kind: Literal["row", "either"], parts: list[Fragment]) -> Fragment:
    size = sum(part.size for part in parts)
    if size > MOST_SIZE:
        raise BadPattern(f"{MOST_SIZE}+")
    return Fragment(kind, tuple(parts), size=max(size, 1))


def _merged(found: list[tuple[int, int]]) -> Signs:
    merged: list[tuple[int, int]] = []
    for low, high in sorted(found):
        if merged and low <= merged[-1][1] + 1:
            merged[-1] = merged[-1][0], max(merged[-1][1], high)
        else:
            merged.append((low, high))
    return tuple(merged)


def _others(signs: Signs) -> Signs:
    edges = [-1, *(edge for low, high in signs for edge in (low, high)), LAST + 1]
    return tuple(
        (low + 1, high - 1) for low, high in zip(edges[::2], edges[1::2], strict=True) if low + 1 < high
    )


@cache
def _in_category(name: str) -> Signs:
    """The signs of a Unicode category such as L or Lu, as this machine knows them: the table takes them to the phones."""
    stretches = [
        stretch for category, some in _categories().items() for stretch in some if category.startswith(name)
    ]
    return _merged(stretches) if name else ()


@cache
def _categories() -> dict[str, list[tuple[int, int]]]:
    """Every category's stretches of code points."""
    found: dict[str, list[tuple[int, int]]] = {}
    begun = 0
    for category, codes in groupby(range(LAST + 1), lambda code: unicodedata.category(chr(code))):
        length = sum(1 for _ in codes)
        found.setdefault(category, []).append((begun, begun + length - 1))
        begun += length
    return found
