"""Knows how a line of the access log is said in words; knows nothing of where it stands."""

from pwa.templating.translation import translate
from pwa.words import DENMARK, N_, to_moment

THINGS = {
    "visit": N_("Visit"),
    "day": N_("The day's visits"),
    "board": N_("Board"),
    "sync": N_("Visits to the phone"),
    "offline": N_("On the phone"),
    "held": N_("Needs a look"),
    "waiting": N_("Own changes"),
    "photo": N_("Photo"),
    "guide": N_("Guide"),
    "person": N_("Carer"),
    "access_log": N_("Access log"),
    "start": N_("Visit started"),
    "finish": N_("Visit finished"),
    "answer": N_("Answer to a step"),
    "note": N_("Note"),
    "correction": N_("Correction of a note"),
    "deviation": N_("Deviation"),
    "observation": N_("Other than usual"),
    "event": N_("Unintended event"),
    "follow_up": N_("Follow-up"),
    "matter_said": N_("Followed up"),
    "taken_back": N_("Undone"),
    "refused_change": N_("Change"),
}
KINDS = {
    "read": N_("Read: %(what)s"),
    "search": N_("Searched: %(what)s"),
    "export": N_("Saved as a file: %(what)s"),
    "refused": N_("Was refused: %(what)s"),
    "purpose": N_("Said why: %(what)s"),
    "wrote": N_("Wrote: %(what)s"),
}
PURPOSES = {
    "own_route": N_("Own route"),
    "substitute": N_("Steps in for somebody"),
    "handover": N_("Handover"),
    "overview": N_("Follows up"),
    "control": N_("Control"),
    "other": N_("Something else"),
    "not_said": N_("Not said"),
    "at_visit": N_("At the visit"),
}


def did(kind: str, what: str, language: str) -> str:
    """What somebody did."""
    return translate(KINDS[kind], language, what=translate(THINGS[what], language))


def why(purpose: str, language: str) -> str:
    """For what."""
    return translate(PURPOSES[purpose], language)


def day_and_time(at: str) -> tuple[str, str]:
    """When, in Denmark, with the year: a log is read years later.

    >>> day_and_time("2026-11-23T07:40:00.000Z")
    ('23-11-2026', '08:40')
    """
    try:
        local = to_moment(at).astimezone(DENMARK)
    except ValueError:
        return at, ""
    return f"{local:%d-%m-%Y}", f"{local:%H:%M}"
