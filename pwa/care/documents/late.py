"""Knows what has arrived long after it was done, of a visit's document and of days before today, and what was done long after it
was planned; knows no page.
"""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, TypedDict

from pwa.care.documents.bodies import with_bodies
from pwa.care.documents.short_form import read_visit
from pwa.care.queries.board import list_late
from pwa.database import Transaction
from pwa.logs import log, what_and_where
from pwa.words import begin_of, day_of, to_moment, to_text

AN_HOUR = timedelta(hours=1)
A_DAY = timedelta(days=1)
LONG_AFTER = timedelta(hours=6)
"""So long after its end a visit's shift is over: what is written then is news, however soon it arrives."""
MUCH = timedelta(minutes=30)
"""So much later than planned a visit may be begun before that is said. Help takes the time that it takes, in the home before too."""
VERY_LATE = 120
"""So many minutes later it is not as it should be, although it is done: medicine was given, or somebody ate, hours late."""


class Arrived(TypedDict):
    """A visit of an earlier day of which something has arrived lately; `late_at` is when, the last time."""

    visit_id: str
    day: str
    starts_at: str
    citizen: str
    carers: list[str]
    late_at: str


async def arrived_document(tx: Transaction, team_ids: Collection[str], now: datetime) -> list[Arrived]:
    """What of earlier days has arrived at these teams since yesterday began, the last first."""
    today = day_of(now)
    since = to_text(begin_of(today - A_DAY))
    arrived = []
    for row in await with_bodies(tx, await list_late(tx, team_ids, since, today)):
        body = read_visit(row.body)
        late_at = late_of(body)
        if late_at and late_at >= since:
            arrived.append(_arrived(body, late_at))
    return sorted(arrived, key=lambda each: (each["late_at"], each["visit_id"]), reverse=True)


def minutes_late(body: Mapping[str, Any]) -> int:
    """How much later than planned a visit was begun, or ended where nobody said that it began; 0 where it is not MUCH."""
    if body["cancelled_at"]:
        return 0
    done, planned = (
        (body["started_at"], body["starts_at"])
        if body["started_at"]
        else (body["finished_at"], body["ends_at"])
    )
    late = to_moment(done) - to_moment(planned) if done else timedelta(0)
    return int(late.total_seconds()) // 60 if late > MUCH else 0


def _arrived(body: Mapping[str, Any], late_at: str) -> Arrived:
    return {
        "visit_id": body["visit_id"],
        "day": body["day"],
        "starts_at": body["starts_at"],
        "citizen": body["citizen"]["name"],
        "carers": [carer["name"] for carer in body["carers"]],
        "late_at": late_at,
    }


def late_of(body: Mapping[str, Any]) -> str | None:
    """When the last of what was written at a visit arrived that came on a later day than the visit's, and more than an
    hour after it was done or LONG_AFTER the visit's end; None if nothing did, or that cannot be told.
    """
    try:
        return max(
            (received_at for at, received_at in _times(body) if _is_late(body, at, received_at)), default=None
        )
    except Exception as error:
        log.error(
            "when a visit's words arrived was not found",
            visit=str(body.get("visit_id")),
            **what_and_where(error),
        )
        return None


def _is_late(body: Mapping[str, Any], at: str, received_at: str) -> bool:
    received = to_moment(received_at)
    if day_of(received).isoformat() <= body["day"]:
        return False
    return received - to_moment(at) > AN_HOUR or received - to_moment(body["ends_at"]) > LONG_AFTER


def _times(body: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """When each thing at a visit was done, and when it arrived."""
    pairs = [
        (body["started_at"], body["started_received_at"]),
        (body["finished_at"], body["finished_received_at"]),
        *((step["answered_at"], step["answered_received_at"]) for step in body["steps"]),
        *((each["answered_at"], each["answered_received_at"]) for each in body.get("filled", ())),
        *((each["reported_at"], each["received_at"]) for each in body["deviations"]),
        *(
            (text["written_at"], text["received_at"])
            for note in body["notes"]
            for text in [note, *note["corrections"]]
        ),
    ]
    return ((at, received_at) for at, received_at in pairs if at and received_at)
