"""Knows which keys must be there before anything is made with others in their place; knows no key's form."""

from pwa.access.queries.contact import has_phones
from pwa.access.wipe_orders import NAME
from pwa.config import Settings
from pwa.database import Database
from pwa.key_files import KeyMissing, KeysLost, SignersLost, list_numbered


async def check_keys_there(database: Database, settings: Settings) -> None:
    """Where phones have come the keys that they seal to are there, and where ends of the access log were signed the keys of those.

    A restored backup has no keys. A new one under the same name would be in the way of the copy, and what phones bring sealed
    to the old one could not be opened. Raises KeysLost, KeyMissing and SignersLost.
    """
    async with database.snapshot() as tx:
        phones_have_come = await has_phones(tx)
    if phones_have_come and not list_numbered(settings.sealing):
        raise KeysLost(settings.sealing.absolute())
    if phones_have_come and not (settings.sealing / NAME).exists():
        raise KeyMissing(settings.sealing / NAME)
    if settings.heads.exists() and settings.heads.stat().st_size and not list_numbered(settings.head_keys):
        raise SignersLost(settings.heads.absolute())
