"""The limits that docs/security.md writes are those of the code: nobody is promised another number."""

from collections.abc import Callable

import msgspec
import pytest

from pwa.access.oidc.provider import SECONDS
from pwa.access.pages.challenges import MOST_BYTES as MOST_AT_THE_DOOR
from pwa.access.rules.throttle import LIMITS, What
from pwa.care.sync.limits import LIMITS as OF_ONE
from pwa.care.sync.push_batcher import MOST_IN_A_PUSH
from pwa.photos.pictures import MOST_PIXELS
from pwa.photos.uploads import MOST_BYTES as MOST_OF_A_PHOTO
from pwa.photos.uploads import MOST_UPLOADS, MOST_WAITING
from pwa.resources import resource
from pwa.server.slow_clients import MOST_AROUND, MOST_HEADERS
from pwa.web.live import MOST_OF_ONE
from pwa.web.request_body import DEEPEST, MOST_BYTES, MOST_FIELDS
from tests.web.test_security_page import PAGE, text_of

pytestmark = pytest.mark.no_database
MILLION = 1_000_000


def stretch(what: What) -> str:
    """How long a limit counts, as the page says it."""
    minutes = LIMITS[what].within.total_seconds() / 60
    return "an hour" if minutes == 60 else f"{minutes:.0f} minutes"


def of_both(what: What) -> str:
    return f"{LIMITS[what].of_one} in {stretch(what)}; {LIMITS[what].of_address}"


def longest_note() -> int:
    changes = msgspec.json.decode(resource("changes.json").read_bytes())
    return int(changes["write_note"]["args"]["text"]["most"])


WRITTEN: dict[str, Callable[[], str]] = {
    "sign-ins that failed": lambda: of_both("sign_in"),
    "challenges": lambda: of_both("challenge"),
    "wrong codes": lambda: of_both("code"),
    "invitations, by one person": lambda: f"{LIMITS['invite'].of_one} in {stretch('invite')}",
    "what comes after a sign-in is over": lambda: (
        f"{LIMITS['deliver'].of_one} pushes in {stretch('deliver')}"
    ),
    "a phone that was shut out": lambda: (
        f"{LIMITS['revoked'].of_one} pushes in {stretch('revoked')}; "
        f"{OF_ONE['shut_out'].most:,} changes or half-written words, then {OF_ONE['shut_out'].a_day} a day"
    ),
    "the provider": lambda: f"{SECONDS:.0f} seconds for an answer",
    "a request's body": lambda: (
        f"{MOST_BYTES // MILLION} MB; at the door {MOST_AT_THE_DOOR // 1000} kB; "
        f"JSON {DEEPEST} deep; a form {MOST_FIELDS} fields"
    ),
    "a request's head": lambda: f"{MOST_AROUND // 1024} kB, {MOST_HEADERS} headers",
    "a push": lambda: f"{MOST_IN_A_PUSH} changes; a note {longest_note():,} characters",
    "a photo": lambda: (
        f"{MOST_OF_A_PHOTO // MILLION} MB; {MOST_PIXELS['JPEG'] // MILLION} million pixels "
        f"(PNG, WebP {MOST_PIXELS['PNG'] // MILLION})"
    ),
    "open boards": lambda: f"{MOST_OF_ONE} in each process",
    "photos on their way": lambda: f"{MOST_UPLOADS}, {MOST_WAITING // MILLION} MB",
}


@pytest.mark.parametrize("what", WRITTEN)
def test_the_limits_that_are_written_are_those_of_the_code(what: str):
    _, _, rest = text_of(PAGE).partition("\n## Limits\n")
    [row] = [line for line in rest.partition("\n## ")[0].splitlines() if line.startswith(f"| {what}")]

    assert WRITTEN[what]() in row
