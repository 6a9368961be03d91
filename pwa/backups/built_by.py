"""Knows which code has built the stored documents, and whether it is this; knows nothing of how they are built."""

import hashlib
from functools import cache

from pwa.database import Transaction
from pwa.documents.queries import get_builder
from pwa.resources import PACKAGE


@cache
def builder() -> str:
    """The code that builds documents, as a digest. It is all of ours: what is built depends on what is read, and on words."""
    whole = hashlib.sha256()
    for path in sorted(PACKAGE.rglob("*.py")):
        whole.update(path.relative_to(PACKAGE).as_posix().encode() + b"\0" + path.read_bytes())
    return whole.hexdigest()


async def is_built_by_another(tx: Transaction) -> bool:
    """Whether the stored documents are those of another version, or were not all compared yet."""
    return await get_builder(tx) not in (None, builder())
