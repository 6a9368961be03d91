"""Knows what of all that is to be followed up stands in its visit's document; knows no database.

Of an event stands there only that somebody reported one, which parts of it are told, and how it stands: never who was hurt, and
no word of it. It may be about a colleague, and the document lies on colleagues' phones. Twin: service_worker/pages/matters.js.
"""

from collections.abc import Iterable

from pwa.care.documents.matters.standing import TOLD_OF_EVENT, Standing, TakenBackBy, stand_all
from pwa.care.documents.older_notes import bounded_beside
from pwa.words import Json
from pwa.written import Matter, MatterSaid


def fold_matters(matters: Iterable[Matter], said: Iterable[MatterSaid], taken_back: TakenBackBy) -> Json:
    """What stands at a visit, each under its name; nothing at all where there is none."""
    everything = stand_all(matters, said, taken_back)
    standing = [each for each in everything if not each.is_gone]
    events = [event_body(each) for each in everything if each.matter.kind == "event"]
    observations = [observation_body(each) for each in standing if each.matter.kind == "observation"]
    follow_ups = [follow_up_body(each) for each in standing if each.matter.kind == "follow_up"]
    return {
        **_bounded("observations", observations),
        **_bounded("follow_ups", follow_ups),
        **({"events": events} if events else {}),
    }


def _bounded(name: str, bodies: list[Json]) -> Json:
    return bounded_beside(name, bodies, "text", f"older_{name}") if bodies else {}


def observation_body(standing: Standing) -> Json:
    """Something that was other than usual, as pages show it."""
    matter = standing.matter
    return {
        "id": matter.change_id,
        "area": matter.about,
        "text": matter.text,
        "observed_at": matter.at,
        "received_at": matter.received_at,
        "observed_by": {"id": matter.by_id, "name": matter.by_name},
        "colour": standing.colour,
        **standing.body(),
    }


def event_body(standing: Standing) -> Json:
    """That there was an event, as the one who reported it is shown it. It stays in sight also where it was a slip."""
    matter = standing.matter
    return {
        "id": matter.change_id,
        "told": [part for part in TOLD_OF_EVENT if part in standing.told],
        "reported_at": matter.at,
        "received_at": matter.received_at,
        "reported_by": {"id": matter.by_id, "name": matter.by_name},
        **standing.body(),
    }


def follow_up_body(standing: Standing) -> Json:
    """Something that is to be done, as pages show it."""
    matter, to_id = standing.matter, standing.to_id
    return {
        "id": matter.change_id,
        "text": matter.text,
        "to": "carer" if to_id else matter.about if matter.about != "carer" else "leader",
        "to_person": {"id": to_id, "name": standing.to_name} if to_id else None,
        "due_on": standing.due_on,
        "part_id": matter.part_id,
        "asked_at": matter.at,
        "received_at": matter.received_at,
        "asked_by": {"id": matter.by_id, "name": matter.by_name},
        **standing.body(),
        "done_change": standing.done and standing.done.id,
    }
