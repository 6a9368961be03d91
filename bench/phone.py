"""Knows a carer's phone as the server meets it: its requests, byte for byte, and what it keeps of an answer."""

import gzip
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import zstandard

from bench.generator import Answer
from bench.problems import BenchStopped
from pwa.access.pages.authentication import COOKIE
from pwa.care.documents.short_form import whole
from pwa.words import clock, day_of, to_text

Json = dict[str, Any]

WORTH_PACKING = 1024  # as exchange.js has it
BUILD = "0123456789ab"

AS_A_PHONE = (
    'sec-ch-ua-platform: "Android"\r\n'
    "User-Agent: Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/148.0.0.0 Mobile Safari/537.36\r\n"
    'sec-ch-ua: "Chromium";v="148", "Google Chrome";v="148", "Not/A)Brand";v="99"\r\n'
    "sec-ch-ua-mobile: ?1\r\n"
    "Accept: */*\r\n"
    "Sec-Fetch-Site: same-origin\r\n"
    "Sec-Fetch-Mode: cors\r\n"
    "Sec-Fetch-Dest: empty\r\n"
    "Accept-Encoding: gzip, deflate, br, zstd\r\n"
    "Accept-Language: da-DK,da;q=0.9,en-US;q=0.8\r\n"
)
"""What Chrome on Android says with each request to its own site."""


@dataclass(frozen=True, slots=True)
class Visit:
    """What a phone must know of a visit to change it."""

    id: str
    version: int
    step_ids: tuple[str, ...]


@dataclass
class Phone:
    """A phone in a carer's hand, signed in. `changes` wait; their numbers begin at 1."""

    id: str
    person_id: str
    team_ids: frozenset[str]
    sign_in_id: str
    token: str
    cursor: str | None = None
    visits: list[Visit] = field(default_factory=list)
    changes: list[Json] = field(default_factory=list)

    def push(self, changes: Sequence[Json] = ()) -> Json:
        """What it sends at a sync, now."""
        return {
            "phone": self.id,
            "build": BUILD,
            "now": to_text(clock()),
            "cursor": self.cursor,
            "changes": list(changes),
        }

    def sync(self, port: int, changes: Sequence[Json] = ()) -> bytes:
        """The whole request of a sync."""
        plain = json.dumps(self.push(changes), ensure_ascii=False, separators=(",", ":")).encode()
        packed = len(plain) > WORTH_PACKING
        body = gzip.compress(plain, compresslevel=1, mtime=0) if packed else plain
        encoding = "Content-Encoding: gzip\r\n" if packed else ""
        head = (
            f"POST /sync HTTP/1.1\r\nHost: localhost:{port}\r\nConnection: keep-alive\r\n"
            f"Content-Length: {len(body)}\r\n{encoding}Content-Type: application/json\r\n{AS_A_PHONE}"
            "Haand-Documents: short, technology, checklists\r\n"
            f"Origin: https://localhost:{port}\r\nReferer: https://localhost:{port}/service_worker.js\r\n"
            f"Cookie: {COOKIE}={self.token}\r\n\r\n"
        )
        return head.encode() + body

    def read_log_record(self, answer: Answer) -> None:
        """Take in an answer: the cursor, and today's visits among the documents."""
        content = read(answer)
        self.cursor = content.get("cursor", self.cursor)
        today = day_of(clock()).isoformat()
        newer = [
            visit_of(document) for document in content["documents"] if document["body"].get("day") == today
        ]
        self.visits = [*(old for old in self.visits if old.id not in {new.id for new in newer}), *newer]


def visit_of(document: Mapping[str, Any]) -> Visit:
    """A visit's document, without what is only to be shown."""
    body = whole(document["body"])
    return Visit(body["visit_id"], document["version"], tuple(step["id"] for step in body["steps"]))


def read(answer: Answer) -> Json:
    """What an answer says; raises BenchStopped unless it is 200."""
    body = unpacked(answer)
    if answer.status != 200:
        raise BenchStopped(f"The server answered {answer.status}: {body[:500].decode(errors='replace')}")
    content: Json = json.loads(body)
    return content


def unpacked(answer: Answer) -> bytes:
    """An answer's body as it was before it was packed."""
    head = answer.head.lower()
    if b"\r\ncontent-encoding: zstd" in head:
        return zstandard.ZstdDecompressor().decompressobj().decompress(answer.body)
    return gzip.decompress(answer.body) if b"\r\ncontent-encoding: gzip" in head else answer.body


def count_applied(answer: Answer) -> int:
    """How many changes were acknowledged; raises BenchStopped at the first that was not applied."""
    fates = read(answer)["fates"]
    for fate in fates:
        if fate["fate"] != "applied":
            why = f"{fate.get('problem', '')} {fate.get('message', '')}".strip()
            raise BenchStopped(f"A change was {fate['fate']}, not applied: {why}")
    return len(fates)
