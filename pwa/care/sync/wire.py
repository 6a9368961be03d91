"""Knows the form of what programs send us and get from us; knows nothing of what it means.

Strict where we read: a number in quotes is no number. /openapi.json is made from these.
"""

from collections.abc import Sequence
from typing import Annotated, Literal

import msgspec
from pydantic import Field, ValidationError

from pwa.web.problems import NotAsDescribed
from pwa.web.request_body import parse_json
from pwa.web.schemas import ID, Id, Strict
from pwa.words import Change, Json

DAY = r"((0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-9])|(0[13-9]|1[0-2])-30|(0[13578]|1[02])-31)"
TIME = rf"^20[0-9]{{2}}-{DAY}T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]\.[0-9]{{3}}Z$"
LONGEST_BUILD = 64
LONGEST_CURSOR = 100_000
MOST_LOOKED = 500
NUMBERS = "The first and the last of a row of numbers."

Time = Annotated[str, Field(pattern=TIME, description="UTC with milliseconds.")]


class LookedAt(Strict):
    """A visit whose page was shown on the phone, and when by the server's clock."""

    visit_id: Id
    at: Time


class SyncRequest(Strict):
    """What a phone sends: its changes, and how far it is with its documents."""

    phone: Id
    build: str = Field(max_length=LONGEST_BUILD)
    now: Time
    cursor: str | None = Field(
        max_length=LONGEST_CURSOR, description="What the last answer gave; null the first time."
    )
    changes: list[object] = Field(
        description="At most 500, each judged alone: {id, n, name, v, at, seen, args}, or {id, n, sealed} with the "
        "same sealed to the key at /vault. What is not understood is kept and answered as held."
    )
    looked: list[LookedAt] = Field(
        default=[], max_length=MOST_LOOKED, description="For the access log; each visit once an hour."
    )


class ChangeFate(Strict):
    """How a change was judged. The last three are there unless it was applied."""

    id: str
    fate: Literal["applied", "refused", "held"]
    problem: str | None = None
    message: str | None = None
    next_step: Literal["retry", "read"] | None = None


class Document(Strict):
    """What a page shows and a phone carries."""

    id: str = Field(pattern=r"^(visit|guide|person)-")
    version: int
    keep_until: str | None = Field(description="The last day that a phone may hold it.")
    body: Json


class SignedOrder(Strict):
    """To be obeyed once nothing waits any more, and only if one of the order keys at /vault has signed it."""

    text: str = Field(
        description='JSON: {order: "wipe", what: "vault" (all of this person\'s) or "phone" (all there is), phone, at}.'
    )
    signature: str = Field(description="ECDSA, P-256, SHA-256: r and s, 64 bytes in base64.")


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
    order: SignedOrder | None = Field(None, description="The phone is shut out: what it sent is held.")


class Looked(msgspec.Struct, forbid_unknown_fields=True):
    """A LookedAt that was read."""

    visit_id: Annotated[str, msgspec.Meta(pattern=ID, max_length=36)]
    at: Annotated[str, msgspec.Meta(pattern=TIME, max_length=24)]


class Sent(msgspec.Struct):
    """A SyncRequest that was read: a change that has the form of one is a Change."""

    phone: str
    build: str
    now: str
    cursor: str | None
    changes: Sequence[object]
    looked: Sequence[Looked] = ()


class SentAsUsual(Sent, forbid_unknown_fields=True):
    """The same, as phones send it when nothing is wrong with any of it: read at a tenth of the cost."""

    phone: Annotated[str, msgspec.Meta(pattern=ID, max_length=36)]
    build: Annotated[str, msgspec.Meta(max_length=LONGEST_BUILD)]
    now: Annotated[str, msgspec.Meta(pattern=TIME, max_length=24)]
    cursor: Annotated[str, msgspec.Meta(max_length=LONGEST_CURSOR)] | None
    changes: Sequence[Change]
    looked: Annotated[list[Looked], msgspec.Meta(max_length=MOST_LOOKED)] = []


AS_USUAL = msgspec.json.Decoder(SentAsUsual)


def read_sync_request(body: bytes) -> Sent:
    """What a phone sent; raises BrokenBody, NotAsDescribed.

    Where anything is odd the slow way decides what is broken and what can be kept: it reads more than the quick one.
    """
    try:
        return AS_USUAL.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        pass
    try:
        read = SyncRequest.model_validate(parse_json(body))
    except ValidationError:
        raise NotAsDescribed from None
    looked = [Looked(one.visit_id, one.at) for one in read.looked]
    return Sent(read.phone, read.build, read.now, read.cursor, read.changes, looked)
