"""Knows how a visit's document is built from its rows; knows no database."""

from datetime import date, timedelta
from typing import Any

from pwa.care.documents.fold import fold
from pwa.care.documents.short_form import shortened
from pwa.care.documents.visit_rows import Planned, VisitRows
from pwa.documents.stored import Built

DAYS_BACK = 1
"""So many days that are over a carer has in sight."""


def build_visit(visit: VisitRows) -> Built:
    """The document as it should be now, in its short form, from everything that is planned and written."""
    (team_id, visit_id), planned = visit.key, visit.planned
    plan = planned.plan
    body: dict[str, Any] = {
        "visit_id": visit_id,
        "day": plan["day"],
        "starts_at": plan["starts_at"],
        "ends_at": plan["ends_at"],
        "minutes": plan["minutes"],
        "team": {"id": team_id, "name": plan["team_name"]},
        "citizen": {"id": plan["citizen_id"], "name": plan["citizen_name"]},
        "address": plan["address"],
        "door": plan["door"],
        "bring": plan["bring"],
        "carers": planned.carers,
        "checklist": {
            **({"id": planned.checklist_id} if planned.checklist_id else {}),
            "name": plan["checklist_name"],
            "version": plan["checklist_version"],
        },
        "guides": planned.guides,
        "contacts": planned.contacts,
        "cancelled_at": plan["cancelled_at"],
        **fold(planned.steps, visit.written),
    }
    if planned.places:
        body["steps"] = [_placed(step, planned) for step in body["steps"]]
    keep_until = date.fromisoformat(plan["day"]) + timedelta(DAYS_BACK)
    return Built(f"visit-{visit_id}", shortened(body), plan["day"], keep_until.isoformat())


def _placed(step: dict[str, Any], planned: Planned) -> dict[str, Any]:
    """With where the step stands in the checklist's definition, if it stands there, and whether it may be hidden."""
    place = planned.places.get(step["id"])
    may_be_hidden = {"conditional": True} if step["id"] in planned.conditional else {}
    return {**step, "place": place, **may_be_hidden} if place else step
