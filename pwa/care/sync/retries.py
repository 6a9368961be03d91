"""Knows how a phone says that changes repeat others, which were refused or held; knows nothing of what they say.

In a header, because a server of before reads on over it, and because a change is what it is: sent once with and once
without, it would be another.
"""

import msgspec

from pwa.words import is_id

HEADER = "Haand-Retries"
"""`[[id, the id of the change that it repeats], …]`, for changes of this push."""
LONGEST = 8_000
PAIRS = msgspec.json.Decoder(list[tuple[str, str]])


def read_retries(header: str | None) -> dict[str, str]:
    """Which change each of these repeats; nothing, if that is not understood.

    >>> read_retries('[["0193…", "no id"]]'), read_retries("nonsense"), read_retries(None)
    ({}, {}, {})
    """
    try:
        pairs = PAIRS.decode(header.encode()) if header and len(header) <= LONGEST else []
    except (msgspec.DecodeError, UnicodeEncodeError):
        return {}
    return {id: repeats for id, repeats in pairs if is_id(id) and is_id(repeats) and id != repeats}
