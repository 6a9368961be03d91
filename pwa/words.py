"""Knows the nouns that everything else is said with, and how times, days and ids are written.

The nouns are msgspec's structs: one is made for every row that is read and written, and a frozen dataclass takes
twenty times as long to make.
"""

import re
import secrets
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, time
from functools import lru_cache
from typing import Any, Literal, TypeGuard
from zoneinfo import ZoneInfo

from msgspec import Struct

Clock = Callable[[], datetime]
"""Says what time it is, in UTC. Handed in, so that a test chooses."""

NewId = Callable[[], str]
"""Makes a UUIDv7. Handed in, so that a test chooses."""

RoleName = Literal["carer", "leader", "organiser", "administrator", "dpo"]
"""dpo: the data-protection officer."""
FateName = Literal["applied", "refused", "held"]
Args = Mapping[str, Any]
Json = dict[str, object]
"""What JSON calls an object."""

DENMARK = ZoneInfo("Europe/Copenhagen")
LARGEST = 2**53 - 1
"""The largest number that a phone counts exactly."""
ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
UNCLEAN = re.compile("[\0-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
LINE_END = re.compile("\r\n?|[\x0b\x0c\x85]")
HALF_CHARACTER = re.compile("[\ud800-\udfff]")
CANNOT_BE_SEEN = re.compile(
    "[\t\n\x0b\x0c\r \xa0\xad\u034f\u061c\u115f\u1160\u1680\u17b4\u17b5\u180b-\u180f\u2000-\u200f\u2028-\u202f"
    "\u205f-\u206f\u2800\u3000\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
CAN_BE_SEEN = re.compile(CANNOT_BE_SEEN.pattern.replace("[", "[^", 1))
EARLIEST, LATEST = 2020, 2099
"""The first and the last year of which anything is taken. All else is a clock that is wrong, or a slip."""
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", re.ASCII)


def N_(message: str) -> str:
    """Mark a message for the catalogues without translating it: whoever shows it translates it."""
    return message


class Role(Struct, frozen=True, gc=False):
    """What somebody may do, in a team and in everything under it."""

    name: RoleName
    team_id: str


class Person(Struct, frozen=True):
    """Somebody with access of their own. A carer is a person with the role carer."""

    id: str
    name: str
    language: str
    roles: tuple[Role, ...]


class Change(Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """One thing that somebody did; `at` by the phone's own clock, `seen` the version that was looked at.

    `n` is the phone's own running number from 1; 0 is a change that came from no phone. Read as JSON it is what
    has these fields and no others; nothing else about it is certain then.
    """

    id: str
    n: int
    name: str
    v: int
    at: str
    seen: int
    args: Args


class Drafts(Struct, frozen=True):
    """What a phone tells of half-written words: `rows` that are new, ids that are `gone`, and the number `n` that it is up to."""

    n: int
    rows: Sequence[object]
    gone: Sequence[object]


class Push(Struct, frozen=True):
    """What a phone sends: its changes as they came, each a Change or, so that it can be kept as it is, whatever it was.

    `cursor` says how far it is with its documents, as an answer has told it; `clock` what it knows of how its clock was
    set, `clock_ends` how each run of it ended, and `retries` which changes repeat others, all as they came. `secret_hash`
    is of the phone's own secret, and `is_by_token` says that a token shows whose phone it is, as it did before there were
    such secrets.
    """

    phone: str
    sign_in_id: str
    build: str
    now: str
    changes: Sequence[object]
    cursor: str | None = None
    clock: str | None = None
    drafts: Drafts | None = None
    retries: str | None = None
    clock_ends: str | None = None
    secret_hash: str | None = None
    is_by_token: bool = False


class Fate(Struct, frozen=True, gc=False):
    """How a change was judged; `problem` is a class of problem_responses.py by name, None when applied."""

    id: str
    fate: FateName
    problem: str | None = None


def is_id(value: object) -> TypeGuard[str]:
    """Whether this is a UUID as we write it: lower case, with hyphens."""
    return isinstance(value, str) and ID.fullmatch(value) is not None


def cleaned(text: str) -> str:
    """A text as every database and page can hold it. Twin: cleaned in service_worker/texts.js.

    Every end of a line is a newline, half a character is U+FFFD, and other control characters are gone. What
    writing needs stays, such as the joiners in emoji and the marks of right-to-left text.

    >>> cleaned("Sov\\0 godt.\\r\\nSpiste.")
    'Sov godt.\\nSpiste.'
    """
    if text.isprintable() or not UNCLEAN.search(text):
        return text
    return UNCLEAN.sub("", HALF_CHARACTER.sub("\ufffd", LINE_END.sub("\n", text)))


def count_seen(text: str) -> int:
    """How many code points of a text can be seen at all: a zero-width space is no writing. Twin: countSeen."""
    return len(CANNOT_BE_SEEN.sub("", text))


def has_seen(text: str, least: int) -> bool:
    """Whether at least so many code points of a text can be seen.

    >>> has_seen("\u200b.", 1), has_seen("\u200b", 1), has_seen(". ", 2)
    (True, False, False)
    """
    return CAN_BE_SEEN.search(text) is not None if least == 1 else count_seen(text) >= least


def new_id() -> str:
    """A UUIDv7 (RFC 9562 §5.7): ids made later sort later, which keeps an index's newest pages together."""
    milliseconds = int(datetime.now(UTC).timestamp() * 1000)
    bits = (milliseconds << 80) | secrets.randbits(80)
    bits = bits & ~(0xF << 76) | 0x7 << 76
    bits = bits & ~(0x3 << 62) | 0x2 << 62
    digits = f"{bits:032x}"
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


def clock() -> datetime:
    """The machine's own clock."""
    return datetime.now(UTC)


def to_text(moment: datetime) -> str:
    """A moment as everything of ours writes it.

    >>> to_text(datetime(2026, 11, 23, 7, 31, 2, 4999, tzinfo=UTC))
    '2026-11-23T07:31:02.004Z'
    """
    if moment.tzinfo is not UTC:
        moment = moment.astimezone(UTC)
    return f"{moment.isoformat(timespec='milliseconds')[:-6]}Z"


def to_moment(text: str) -> datetime:
    """The moment that was written; raises ValueError for every other way of writing it, and every other century."""
    moment = read_clock(text)
    if not EARLIEST <= moment.year <= LATEST:
        raise ValueError("not a time of ours")
    return moment


@lru_cache(4096)  # a change's time is read when it comes, when it is placed, and when it is checked
def read_clock(text: str) -> datetime:
    """What somebody else's clock said, however wrong it is; raises ValueError for what no clock says."""
    if not TIME.fullmatch(text):
        raise ValueError("not a time")
    return datetime.fromisoformat(text)


def to_day(text: str) -> date:
    """The day that was written as 2026-11-23; raises ValueError as to_moment."""
    day = date.fromisoformat(text)
    if len(text) != len("2026-11-23") or not EARLIEST <= day.year <= LATEST:
        raise ValueError("not a day of ours")
    return day


def is_time(text: str) -> bool:
    """Whether this is a moment as we write it."""
    try:
        to_moment(text)
    except ValueError:
        return False
    return True


def is_clock(text: str) -> bool:
    """Whether some clock can have said this, however wrong it is."""
    try:
        read_clock(text)
    except ValueError:
        return False
    return True


def day_of(moment: datetime) -> date:
    """The day a moment belongs to in Denmark, wherever the machine stands.

    >>> day_of(datetime(2026, 11, 22, 23, 0, tzinfo=UTC)).isoformat()
    '2026-11-23'
    """
    return moment.astimezone(DENMARK).date()


def begin_of(day: date) -> datetime:
    """The first moment of a day in Denmark.

    >>> to_text(begin_of(date(2026, 11, 23)))
    '2026-11-22T23:00:00.000Z'
    """
    return datetime.combine(day, time.min, DENMARK).astimezone(UTC)
