"""Knows the form of what programs send us and get from us; knows nothing of what it means.

Strict where we read: a number in quotes is no number. /openapi.json is made from these.
"""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct
from pydantic import Field

from pwa.web.problems import NotAsDescribed
from pwa.web.request_body import parse_json
from pwa.web.schemas import ID, Strict
from pwa.words import LARGEST, Change, Json

DAY = r"((0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-9])|(0[13-9]|1[0-2])-30|(0[13578]|1[02])-31)"
CLOCK = rf"^(19[7-9]|20[0-9])[0-9]-{DAY}T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]\.[0-9]{{3}}Z$"
LONGEST_BUILD = 64
LONGEST_CURSOR = 100_000
MOST_LOOKED = 500
MOST_DRAFTS = 500
MOST_GONE = 10_000
SentId = Annotated[str, Meta(pattern=ID, max_length=36, description="A UUID in lower case.")]
SentTime = Annotated[
    str,
    Meta(
        pattern=CLOCK,
        max_length=24,
        description="UTC with milliseconds, by the phone's clock, however wrong that is.",
    ),
]
NUMBERS = "The first and the last of a row of numbers."

TIME = CLOCK.replace("(19[7-9]|20[0-9])", "20[2-9]", 1)
Time = Annotated[str, Field(pattern=TIME, description="UTC with milliseconds.")]


class LookedAt(Struct, forbid_unknown_fields=True):
    """A visit whose page was shown on the phone, and when by the server's clock."""

    visit_id: SentId
    at: SentTime


class SentDrafts(Struct, forbid_unknown_fields=True):
    """Half-written words that are new since `drafts` of the last answer, and ids of drafts that are no more."""

    n: Annotated[int, Meta(ge=0, le=LARGEST, description="The phone's number of what it has half-written.")]
    rows: Annotated[
        Sequence[Any],
        Meta(
            max_length=MOST_DRAFTS,
            description="{id, n, at, since, field, name, args, text, about, basis}, or {id, n, at, sealed}.",
        ),
    ]
    gone: Annotated[Sequence[Any], Meta(max_length=MOST_GONE, description="{id, at}: saved, or discarded.")]


class KnownUnsent(Struct, forbid_unknown_fields=True):
    """What the phone knows of the carer's half-written words that are not on it."""

    digest: Annotated[str, Meta(max_length=64, description='What the last answer said; "" the first time.')]
    floor: Annotated[
        int, Meta(ge=0, le=LARGEST, description="Its own drafts up to this number are not on it any more.")
    ]


class SyncRequest(Struct, forbid_unknown_fields=True):
    """What a phone sends: its changes, and how far it is with its documents."""

    phone: SentId
    build: Annotated[str, Meta(max_length=LONGEST_BUILD)]
    now: SentTime
    cursor: Annotated[
        Annotated[str, Meta(max_length=LONGEST_CURSOR)] | None,
        Meta(description="What the last answer gave; null the first time."),
    ]
    changes: Annotated[
        Sequence[Any],
        Meta(
            description="At most 500, each judged alone: {id, n, name, v, at, seen, args}, or {id, n, sealed} with the "
            "same sealed to the key at /vault. What is not understood is kept and answered as held."
        ),
    ]
    looked: Annotated[
        list[LookedAt],
        Meta(max_length=MOST_LOOKED, description="For the access log; each visit once an hour."),
    ] = []
    drafts: SentDrafts | None = None
    unsent: KnownUnsent | None = None


class UsualSyncRequest(SyncRequest, forbid_unknown_fields=True):
    """The same when every change has the form of one: read at a tenth of the cost."""

    changes: Sequence[Change]


class ChangeFate(Strict):
    """How a change was judged. The last three are there unless it was applied."""

    id: str
    fate: Literal["applied", "refused", "held"]
    problem: str | None = None
    message: str | None = None
    next_step: Literal["retry", "read"] | None = None


class Document(Strict):
    """What a page shows and a phone carries."""

    id: str = Field(pattern=r"^(visit|guide|person|plan|settled)-")
    version: int
    keep_until: str | None = Field(description="The last day that a phone may hold it.")
    body: Json


class SignedOrder(Strict):
    """To be obeyed once nothing waits any more, and only if one of the order keys at /vault has signed it."""

    text: str = Field(
        description='JSON: {order: "wipe", what: "vault" (all of this person\'s) or "phone" (all there is), phone, at}.'
    )
    signature: str = Field(description="ECDSA, P-256, SHA-256: r and s, 64 bytes in base64.")


class Unsent(Strict):
    """The carer's half-written words that are not on this phone, and which of the phone's own were settled elsewhere."""

    digest: str
    drafts: list[Json]
    settled: list[Json] = Field(description="Each with its `id`, and `at`: when what was settled was typed.")


class SyncAnswer(Strict):
    """The fates in the order of the changes, what is new, and the list of all that the phone may hold."""

    now: Time
    cursor: str | None = Field(None, description="Left out when it is the one that was sent: nothing is new.")
    more: bool
    fates: list[ChangeFate]
    documents: list[Document]
    ids: list[str] | None = Field(None, description="Left out when it is what the cursor's answer said.")
    missing: list[Annotated[list[int], Field(min_length=2, max_length=2, description=NUMBERS)]] = Field(
        description="This phone's numbers below heard_n that never came."
    )
    heard_n: int = Field(
        ge=0,
        description="The highest of this phone's numbers that has come. It is lower than what was answered before "
        "when the server has been restored from a backup: send again, as they were, the changes with higher "
        "numbers and those in missing. Then fates may be empty although there were changes.",
    )
    looked: bool | None = Field(
        None,
        description="True: what was looked at is written down. Left out: send it again, or there was nothing.",
    )
    phone: str | None = Field(
        None,
        pattern=ID,
        description="Another phone has this one's id: its storage was copied. It goes by this id from here on, and goes "
        "on with its numbers.",
    )
    drafts: int = Field(
        ge=0,
        description="How far the server is with this phone's half-written words. A server that does not say knows of none.",
    )
    unsent: Unsent | None = Field(None, description="Left out when it is what the phone's digest says.")
    order: SignedOrder | None = Field(None, description="The phone is shut out: what it sent is held.")
    delivery: str | None = Field(
        None,
        description="To be kept and shown as Haand-Delivery from then on: it speaks for the phone when no sign-in "
        "does any more. Comes with news.",
    )
    ended: bool | None = Field(
        None,
        description="True: no sign-in speaks for the phone any more, so all of it is held, and nothing is given.",
    )
    closed: bool | None = Field(
        None,
        description="True: Haand-Vault did not show that the vault of this sign-in's phone is open. What was sealed is "
        "judged, and nothing is given.",
    )


AS_USUAL = msgspec.json.Decoder(UsualSyncRequest)


def read_sync_request(body: bytes) -> SyncRequest:
    """What a phone sent; raises BrokenBody, NotAsDescribed.

    Where anything is odd the slow way decides what is broken and what can be kept: it reads more than the quick one.
    """
    try:
        return AS_USUAL.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        pass
    try:
        return msgspec.convert(_with_whole_numbers(parse_json(body)), SyncRequest)
    except (msgspec.ValidationError, UnicodeEncodeError, OverflowError):
        # Half a character in a place of its own is not told from other wrong forms by msgspec, it fails in it.
        raise NotAsDescribed from None


def _with_whole_numbers(sent: object) -> object:
    """To JSON Schema, by which we are described, 5.0 is an integer. What is in changes and drafts stays as it came."""
    if not isinstance(sent, dict):
        return sent
    whole = dict(sent)
    for part, name in (("drafts", "n"), ("unsent", "floor")):
        within = whole.get(part)
        number = within.get(name) if isinstance(within, dict) else None
        if isinstance(within, dict) and isinstance(number, float) and number.is_integer():
            whole[part] = within | {name: int(number)}
    return whole
