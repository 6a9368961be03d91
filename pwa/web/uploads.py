"""Knows how a file that a form brings is taken out of it (RFC 7578); knows nothing of what is in the file."""

import re
from typing import NamedTuple

from pwa.problems import NothingWritten
from pwa.web.problems import BrokenBody
from pwa.web.request_body import read_body
from pwa.web.requests import AppRequest
from pwa.words import cleaned

BOUNDARY = re.compile(r'multipart/form-data;.*?boundary="?([^";,\s]{1,70})"?', re.IGNORECASE)
NAMED = re.compile(r'filename="((?:[^"\\]|\\.)*)"')
LONGEST_NAME = 200


class Upload(NamedTuple):
    """A file: what it is called where it was, and its bytes."""

    name: str
    content: bytes


async def read_upload(request: AppRequest, most: int) -> Upload:
    """The form's one file. Raises BrokenBody, TooLarge, and NothingWritten where none was chosen."""
    boundary = BOUNDARY.fullmatch(request.headers.get("content-type", ""))
    if not boundary:
        raise BrokenBody
    body = await read_body(request, most)
    for part in (b"\r\n" + body).split(b"\r\n--" + boundary[1].encode())[1:]:
        head, found, content = part.partition(b"\r\n\r\n")
        named = NAMED.search(head.decode("utf-8", "replace"))
        if found and named:
            if not named[1] and not content:
                raise NothingWritten
            return Upload(cleaned(named[1])[-LONGEST_NAME:], content)
    raise BrokenBody
