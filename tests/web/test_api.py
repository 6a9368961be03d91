"""The machine addresses keep what /openapi.json promises, whatever a program sends them."""

import asyncio
import json
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx2
import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis import Case
from schemathesis.specs.openapi.checks import positive_data_acceptance

from pwa.app import ROUTES
from pwa.care.changes.change_schema import CHANGE_SCHEMAS
from pwa.openapi import describe
from pwa.web.problem_responses import FOR_PROGRAMS
from tests.small_town import FROM_OUR_PAGE, Town, id_of, open_town

pytest_plugins = ["schemathesis.pytest.plugin"]
EXAMPLES = 20
FOR_BROWSERS = {
    "/build/{hash}/{path:path}",
    "/static/icons/{path:path}",
    "/service_worker.js",
    "/manifest.webmanifest",
    "/board/live",
    *(route.path for route in ROUTES if route.path.startswith(("/sign-in", "/access"))),
}
"""What only a browser asks for; the last are the door's, which its own pages' scripts speak to."""
INSTEAD_OF_A_SIGN_IN = {"Haand-Delivery", "Haand-Order"}


def described_to_anna() -> dict[str, Any]:
    """The description without the cookie, and what speaks instead of it: Anna has hers, and what happens without is
    another story.
    """
    description: dict[str, Any] = json.loads(describe())
    for operations in description["paths"].values():
        for operation in operations.values():
            operation.pop("security", None)
            shown = [
                each for each in operation.get("parameters", []) if each["name"] not in INSTEAD_OF_A_SIGN_IN
            ]
            operation |= {"parameters": shown}
    return description


schemathesis.serializer.alias("application/partial-upload", "application/octet-stream")
# What is wrong and larger than 1 MB besides is told the second.
REFUSALS = [400, 401, 403, 404, 405, 406, 409, 413, 415, 422, 428, 429, "5xx"]
checks = {"checks": {"negative_data_rejection": {"expected-statuses": REFUSALS}}}
schema = schemathesis.openapi.from_dict(described_to_anna(), config=schemathesis.Config.from_dict(checks))


@dataclass(frozen=True)
class Door:
    """Where the town's server listens, and Anna's cookie."""

    origin: str
    cookie: str


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    """The town's server in a thread of its own: schemathesis waits for each answer."""
    opened: list[Door] = []
    is_open, is_over = threading.Event(), threading.Event()

    async def live() -> None:
        async with open_town(tmp_path_factory.mktemp("town")) as town:
            anna = await town.sign_in("anna")
            opened.append(Door(town.origin, anna.cookie))
            is_open.set()
            await asyncio.to_thread(is_over.wait)

    thread = threading.Thread(target=lambda: asyncio.run(live()))
    thread.start()
    assert is_open.wait(30), "the town did not open"
    yield opened[0]
    is_over.set()
    thread.join(10)


@schema.parametrize()
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@pytest.mark.slow
def test_an_address_answers_as_described(case: Case[Any], door: Door):
    # Bytes made at random never have the hash that is their name: no description can say which would.
    excluded: Any = [positive_data_acceptance] if case.operation.path == "/blobs/{sha256}" else []
    said = {"Cookie": door.cookie, **FROM_OUR_PAGE}
    case.call_and_validate(base_url=door.origin, headers=said, excluded_checks=excluded)


def test_every_machine_address_is_described():
    described = set(json.loads(describe())["paths"])
    ours = {route.path for route in ROUTES if f"{route.path}/".startswith(FOR_PROGRAMS)}

    assert ours - FOR_BROWSERS - described == set()


@pytest.mark.parametrize("path", [f"/do/{name}" for name in CHANGE_SCHEMAS] + ["/sync"])
def test_nobody_changes_anything_without_a_sign_in(door: Door, path: str):
    answer = httpx2.post(f"{door.origin}{path}")

    assert answer.status_code == 401


async def test_what_a_page_sends_is_described(town: Town):
    anna = await town.sign_in("anna")
    paths = json.loads(describe())["paths"]
    sent: dict[str, set[str]] = {}
    for page in ("/", "/me", f"/visits/{id_of('else')}"):
        html = (await anna.get(page)).text
        for action, form in re.findall(r'<form[^>]* action="(/do/\w+)"(.*?)</form>', html, re.S):
            sent.setdefault(action, set()).update(
                re.findall(r'<(?:input|textarea|button)[^>]* name="(\w+)"', form)
            )
    forms = {
        action: set(
            operations["post"]["requestBody"]["content"]["application/x-www-form-urlencoded"]["schema"][
                "properties"
            ]
        )
        for action, operations in paths.items()
        if action in sent
    }

    assert {"/do/start_visit", "/do/write_note", "/do/answer_step", "/do/choose_language"} <= forms.keys()
    assert {action: names - forms[action] for action, names in sent.items() if names - forms[action]} == {}
