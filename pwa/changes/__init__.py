"""Everything that anybody can change, and the authority over it, a module per thing."""

from pwa.changes.checklists import import_checklists
from pwa.changes.described import DESCRIBED, Described
from pwa.changes.guides import import_guides
from pwa.changes.imported import Imported, NotImported
from pwa.changes.kept import digest_of
from pwa.changes.people import import_people
from pwa.changes.plan import import_plan
from pwa.changes.receive import (
    Arrival,
    Received,
    heard_already,
    heard_unnoted,
    receive_form,
    retry_attention,
)
from pwa.changes.sealed import open_sealed
from pwa.changes.together import Pushes

__all__ = [
    "DESCRIBED",
    "Arrival",
    "Described",
    "Imported",
    "NotImported",
    "Pushes",
    "Received",
    "digest_of",
    "heard_already",
    "heard_unnoted",
    "import_checklists",
    "import_guides",
    "import_people",
    "import_plan",
    "open_sealed",
    "receive_form",
    "retry_attention",
]
