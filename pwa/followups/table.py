"""Knows how an event is said in the cells of a table; knows nothing of where it stands."""

from pwa.followups.lists import Row, day_raised
from pwa.templating.translation import translate
from pwa.words import N_, Json

COLUMNS = (
    N_("Day"), N_("Team"), N_("Citizen"), N_("Who was hurt, or could have been"), N_("How serious it was"),
    N_("What happened"), N_("Where it happened"), N_("What could prevent it"), N_("Taken up by"), N_("Done by"),
    N_("Undone"),
)  # fmt: skip
WORDS = {
    "citizen": N_("The citizen"),
    "colleague": N_("A colleague"),
    "serious": N_("Serious"),
    "could_have_been": N_("Could have been serious"),
    "learning": N_("Others can learn from it"),
}


def event_cells(event: Row, language: str) -> list[str]:
    """An event as a row of a table."""
    told, standing = event["told"], event["standing"]
    hurt = _word(event["about"], language)
    serious = _word(told.get("class", ""), language)
    day = f"{day_raised(event):%d-%m-%Y}"
    slip = translate(N_("Yes"), language) if standing.get("withdrawn") else ""
    return [
        day, event["team"], event["citizen"], hurt, serious, event["text"], told.get("place", ""),
        told.get("proposal", ""), _name(standing["taken_by"]), _name(standing["done_by"]), slip,
    ]  # fmt: skip


def _word(chosen: str, language: str) -> str:
    return translate(WORDS[chosen], language) if chosen in WORDS else ""


def _name(person: Json | object) -> str:
    return str(person["name"]) if isinstance(person, dict) else ""
