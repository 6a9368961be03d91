"""Knows what Prometheus is told: the exporter's counts of requests by route, and a few numbers of ours. No label holds an id.

An address is counted as it stands on the map (`/visits/{visit_id}`), one that is not there as `__unknown__`.
"""

import asyncio
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from functools import partial
from hmac import compare_digest
from pathlib import Path
from threading import Thread

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette_exporter import PrometheusMiddleware, handle_metrics

from pwa.access.queries.contact import get_contact
from pwa.audit.queries import count_unsequenced
from pwa.care.queries.held_everywhere import MOST_COUNTED, SHOWN_FOR, get_held_everywhere
from pwa.config import Settings
from pwa.database import Transaction
from pwa.imports.queries.file_imports import find_last_plan_at
from pwa.problems import NotFound
from pwa.status.check import Check
from pwa.status.of_database import IN_USE, LATELY
from pwa.status.of_machine import check_backups
from pwa.web.problems import NotAllowedMethod
from pwa.web.requests import AppRequest, now_of
from pwa.web.shared_runs import SharedRuns
from pwa.words import to_moment, to_text

NOT_COUNTED = ["/metrics", "/healthz", "/readyz"]
SCHEME = "Bearer "
A_SECOND = 1.0
GAUGES = {
    "haand_held_changes": "Changes that wait for a leader's look, counted up to 1000.",
    "haand_access_log_waiting_entries": "Entries of the access log without a place in the chain, counted up to 1000.",
    "haand_phones_in_use": "Phones that were heard in 30 days.",
    "haand_phones_heard_in_last_hour": "Of these, in the last hour.",
    "haand_seconds_since_plan_import": "Since a plan came in last.",
    "haand_seconds_since_backup": "Age of the newest backup in HAAND_BACKUPS.",
}


def counting(settings: Settings) -> list[Middleware]:
    """What counts requests; nothing at all unless HAAND_METRICS is set."""
    if not settings.metrics.get_secret_value():
        return []
    return [
        Middleware(
            PrometheusMiddleware, app_name="haand", prefix="haand",
            group_paths=True, group_unhandled_paths=True, filter_unhandled_paths=False, skip_paths=NOT_COUNTED,
        )
    ]  # fmt: skip


async def show_metrics(request: AppRequest) -> Response:
    """All of it as text, to whoever shows the secret of HAAND_METRICS; to others there is nothing here."""
    settings = request.state.app.settings
    secret = settings.metrics.get_secret_value()
    shown = request.headers.get("authorization", "")
    if not secret or not compare_digest(shown.encode(), f"{SCHEME}{secret}".encode()):
        raise NotFound
    if request.method not in ("GET", "HEAD"):
        raise NotAllowedMethod
    made_at = await backup_made_at(request.state.app.backups, settings.backups, now_of(request))
    async with request.state.app.database.snapshot() as tx:
        ours = await list_gauges(tx, made_at, now_of(request))
    answer = handle_metrics(Request(request.scope))
    return Response(
        bytes(answer.body) + written(ours), headers={"Content-Type": answer.headers["content-type"]}
    )


async def backup_made_at(looks: SharedRuns[Check], folder: Path | None, now: datetime) -> str | None:
    """When the newest backup was made; None if nobody can say within a second. The folder may be another machine's disk:
    where that hangs, one thread waits for it, and nothing else does.
    """
    look = looks.run("backups", lambda: _beside(partial(check_backups, folder, now)))
    with suppress(TimeoutError):
        made_at = (await asyncio.wait_for(look, A_SECOND)).values.get("made_at")
        return str(made_at) if made_at else None
    return None


async def _beside(look: Callable[[], Check]) -> Check:
    """In a thread that keeps no server from ending, as one of a pool would."""
    loop = asyncio.get_running_loop()
    found: asyncio.Future[Check] = loop.create_future()

    def run() -> None:
        check = look()
        with suppress(RuntimeError):  # the loop has ended
            loop.call_soon_threadsafe(found.set_result, check)

    Thread(target=run, daemon=True).start()
    return await found


async def list_gauges(tx: Transaction, backup_at: str | None, now: datetime) -> dict[str, float]:
    """Our own numbers, by name; what is not known is left out."""
    contact = await get_contact(tx, to_text(now - IN_USE), to_text(now - LATELY))
    held = await get_held_everywhere(tx, to_text(now - SHOWN_FOR), MOST_COUNTED)
    waiting, _ = await count_unsequenced(tx, MOST_COUNTED)
    moments = {
        "haand_seconds_since_plan_import": await find_last_plan_at(tx),
        "haand_seconds_since_backup": backup_at,
    }
    return {
        "haand_held_changes": held.count,
        "haand_access_log_waiting_entries": waiting,
        "haand_phones_in_use": contact.in_use,
        "haand_phones_heard_in_last_hour": contact.lately,
        **{name: (now - to_moment(str(at))).total_seconds() for name, at in moments.items() if at},
    }


class Told(Collector):
    """Numbers that were asked for just now. The library's own gauges would be kept by each of several processes."""

    def __init__(self, gauges: Mapping[str, float]) -> None:
        self._gauges = gauges

    def collect(self) -> Iterator[Metric]:
        """Each as a gauge."""
        for name, number in self._gauges.items():
            yield GaugeMetricFamily(name, GAUGES[name], value=number)


def written(gauges: Mapping[str, float]) -> bytes:
    """Numbers as Prometheus reads them."""
    registry = CollectorRegistry()
    registry.register(Told(gauges))
    return generate_latest(registry)
