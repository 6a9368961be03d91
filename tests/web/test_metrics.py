"""What Prometheus is told, and whom else it is not told."""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event

import pytest
from prometheus_client.parser import text_string_to_metric_families
from starlette_exporter import PrometheusMiddleware

from pwa.app import ROUTES
from pwa.imports.queries.file_imports import Doing, FileImport, State, add_import
from pwa.status.check import Check
from pwa.status.metrics import backup_made_at
from pwa.status.routes import EVERY_METHOD
from pwa.web.shared_runs import SharedRuns
from pwa.words import to_text
from tests.small_town import Browser, Town, id_of, open_town

SECRET = "hemmelig-nok-til-alle"
SHOWN = f"Bearer {SECRET}"
ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}|2026-11|Else|anna", re.IGNORECASE)


@pytest.fixture(autouse=True)
def from_nothing() -> Iterator[None]:
    """What another test counted in this process is not ours."""
    yield
    for metric in PrometheusMiddleware._metrics.values():
        metric.clear()


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    """One that is measured."""
    async with open_town(tmp_path, metrics=SECRET) as opened:
        yield opened


async def asked(browser: Browser) -> str:
    """What Prometheus gets."""
    answer = await browser.get("/metrics", Authorization=SHOWN)
    assert answer.status_code == 200
    return answer.text


async def test_metrics_are_off_unless_a_secret_is_set(tmp_path: Path):
    async with open_town(tmp_path) as town:
        browser = await town.sign_in("anna")
        answers = [await browser.get("/metrics", Authorization=said) for said in (SHOWN, "Bearer")]
        answers += [await browser.http.request(method, "/metrics") for method in EVERY_METHOD]

    assert {answer.status_code for answer in answers} == {404}


async def test_whoever_shows_the_secret_may_only_ask(town: Town):
    browser = await town.sign_in("anna")
    answers = [
        await browser.http.request(method, "/metrics", headers=headers)
        for headers in ({}, {"Authorization": SHOWN})
        for method in EVERY_METHOD[1:]
    ]

    assert [answer.status_code for answer in answers] == [404] * 5 + [405] * 5


async def test_without_the_secret_there_is_nothing_at_that_address(town: Town):
    browser = await town.sign_in("anna")
    said = ["", SECRET, f"{SHOWN}x", SHOWN.lower()]
    answers = [await browser.get("/metrics", Authorization=each) for each in said]

    assert [answer.status_code for answer in answers] == [404] * 4


async def test_requests_are_counted_by_route_and_no_label_holds_an_id_or_a_day(town: Town):
    browser = await town.sign_in("anna")
    for path in (
        f"/visits/{id_of('else')}",
        "/days/2026-11-23",
        "/visits/no",
        "/nowhere/2026-11-23",
        "/visits/x/../y",
    ):
        await browser.get(path)

    text = await asked(browser)

    families = list(text_string_to_metric_families(text))
    labels = [value for family in families for sample in family.samples for value in sample.labels.values()]
    paths = {s.labels["path"] for family in families for s in family.samples if "path" in s.labels}
    assert not [value for value in labels if ID.search(value)]
    assert {"/visits/{visit_id}", "/days/{day}", "__unknown__"} <= paths
    assert paths <= {route.path for route in ROUTES} | {"__unknown__", "/demo", "/demo/sign-in"}


def plan_import(town: Town, hours: int, state: State, kind: Doing = "plan") -> FileImport:
    """One that ended so, so many hours ago."""
    at = to_text(town.now - timedelta(hours=hours))
    return FileImport(f"{100 - hours}", "", kind, "plan.csv", "", "", "", at, at, at, state)


async def test_a_few_numbers_of_ours_are_there(town: Town):
    browser = await town.sign_in("anna")
    async with town.database.transaction() as tx:
        for each in (
            plan_import(town, 30, "done"),
            plan_import(town, 6, "done"),
            plan_import(town, 3, "undone"),
            plan_import(town, 2, "done", "undo"),
            plan_import(town, 1, "refused"),
        ):
            await add_import(tx, each)

    text = await asked(browser)

    said = {family.name: family.samples[0].value for family in text_string_to_metric_families(text) if family.name.startswith("haand_")}  # fmt: skip
    assert said["haand_held_changes"] == said["haand_access_log_waiting_entries"] == 0
    assert said["haand_seconds_since_plan_import"] == 6 * 3600
    assert {"haand_phones_in_use", "haand_phones_heard_in_last_hour"} <= set(said)


async def test_a_backups_folder_whose_disk_hangs_keeps_nobody_waiting_but_the_one_look(tmp_path: Path):
    go_on, begun = Event(), []

    class Hanging(type(tmp_path)):  # type: ignore[misc]
        def iterdir(self):
            begun.append(self)
            go_on.wait()
            return iter(())

    looks: SharedRuns[Check] = SharedRuns()
    now = datetime(2026, 11, 23, tzinfo=UTC)
    try:
        asked = [backup_made_at(looks, Hanging(tmp_path), now) for _ in range(3)]
        answers = await asyncio.gather(*asked)
    finally:
        go_on.set()

    assert answers == [None, None, None]
    assert len(begun) == 1
