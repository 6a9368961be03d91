"""Knows how a person chooses what to read the app in."""

from pwa.changes.doing import Doing
from pwa.database import Transaction
from pwa.queries.roles import set_language


async def choose_language(tx: Transaction, doing: Doing) -> None:
    """Read the app in another language from now on."""
    await set_language(tx, doing.carer.id, doing.needed("language"))
