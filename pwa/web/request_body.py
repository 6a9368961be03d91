"""Knows how to read what was sent, within limits; knows nothing about what it means."""

import json
import zlib
from typing import NoReturn
from urllib.parse import parse_qsl

from pwa.problems import NothingWritten, TooLong
from pwa.web.problems import BrokenBody, TooLarge
from pwa.web.requests import AppRequest
from pwa.words import cleaned, count_seen

MOST_BYTES = 1_000_000
MOST_FIELDS = 50
DEEPEST = 40


async def read_body(request: AppRequest, most: int = MOST_BYTES) -> bytes:
    """The body as it was before it was packed; raises TooLarge as soon as it is known to be.

    A packed body is unpacked while it comes and never further than one byte past the limit, so a
    bomb costs no more memory than a photo.
    """
    unpack = zlib.decompressobj(wbits=31) if _is_packed(request) else None
    body = bytearray()
    async for chunk in request.stream():
        try:
            body += unpack.decompress(chunk, most + 1 - len(body)) if unpack else chunk
        except zlib.error:
            raise BrokenBody from None
        if len(body) > most:
            raise TooLarge
    if unpack and (not unpack.eof or unpack.unused_data):
        raise BrokenBody
    return bytes(body)


def _is_packed(request: AppRequest) -> bool:
    encoding = request.headers.get("content-encoding", "identity")
    if encoding not in ("identity", "gzip"):
        raise BrokenBody
    return encoding == "gzip"


def parse_json(body: bytes) -> object:
    """A body as JSON: dicts, lists, strings, numbers, booleans and None. Raises BrokenBody.

    What JSON does not know (NaN, Infinity), what is nested deeper than anything of ours and numbers too
    long to read are broken. A lone surrogate is let through: it spoils one change, not the batch.
    """
    try:
        value: object = json.loads(body.decode(), parse_constant=_not_json, parse_float=_finite)
    except (ValueError, RecursionError):
        raise BrokenBody from None
    _check_depth(value)
    return value


def _not_json(constant: str) -> NoReturn:
    raise ValueError(constant)


def _finite(digits: str) -> float:
    number = float(digits)
    if number in (float("inf"), float("-inf")):
        raise ValueError("infinite")
    return number


def _check_depth(value: object) -> None:
    level = [value] if isinstance(value, dict | list) else []
    for _ in range(DEEPEST):
        if not level:
            return
        parts = (whole.values() if isinstance(whole, dict) else whole for whole in level)
        level = [part for some in parts for part in some if type(part) is dict or type(part) is list]
    raise BrokenBody


async def read_form(request: AppRequest, most: int = MOST_BYTES) -> dict[str, str]:
    """The fields of a form that a browser posted, cleaned; of a name that comes twice, the last. Raises BrokenBody, TooLarge.

    A no that is answered as a page has them, so that nobody writes anything twice.
    """
    body = await read_body(request, most)
    try:
        fields = parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS, errors="strict")
    except ValueError:
        raise BrokenBody from None
    request.state.form = {cleaned(name): cleaned(value) for name, value in fields}
    return dict(request.state.form)


def check_words(words: str, are_needed: bool, most: int) -> None:
    """Whether what somebody wrote into a form is there if it must be, and no longer than this; raises NothingWritten, TooLong."""
    if are_needed and not count_seen(words):
        raise NothingWritten
    if len(words) > most:
        raise TooLong
