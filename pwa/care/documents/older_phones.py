"""Knows how a visit is told to a phone whose app does not know all that may stand in it (sync.md, law 15); knows no cursors.

Why it is told so, and not otherwise: docs/decisions/checklists.md.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from pwa.templating.translation import translate
from pwa.words import N_, Json

TECHNOLOGY = "technology"
"""An answer, and the word by which a phone says that it knows it: an older one would show it as "Not relevant"."""
CHECKLISTS = "checklists"
"""The word by which a phone says that it knows checklists that ask for more than who did it."""

NOTES = "notes"
"""The word by which a phone says that it knows citizens' own pages, and notes on the wrong citizen, which an older one would show."""

ANSWERED = N_("%(step)s – technology did it (%(name)s). This app is too old to show it.")
PLANNED = N_("%(step)s – planned: technology. This app is too old to answer so.")

REST = N_("%(name)s – there is more to fill in, with a newer app")
NOTHING_ELSE = N_("This checklist is filled in with a newer app. Update it, or write a note.")

WRONG_CITIZEN = N_("Written on the wrong citizen. This app is too old to show it.")

Step = Mapping[str, Any]


def without_wrong(visit: Mapping[str, Any], language: str) -> Json:
    """A whole document of a visit in which notes on the wrong citizen say only that."""
    wrong = {mark["note_id"] for mark in visit.get("marks", ()) if mark["kind"] == "wrong_citizen"}
    hidden = {"text": translate(WRONG_CITIZEN, language), "corrections": []}
    notes = [
        {name: value for name, value in note.items() if name != "differing"} | hidden
        if note["id"] in wrong
        else note
        for note in visit["notes"]
    ]
    return {**visit, "notes": notes}


def without_places(visit: Mapping[str, Any], language: str) -> Json:
    """A whole document of a visit in which the heading says that there is more than the steps of who did it.

    Where there are none the one step says so. Answered, it is kept and looked at as what its visit does not have.
    """
    checklist = visit["checklist"]
    if "id" not in checklist:
        return dict(visit)
    name = translate(REST, language, name=checklist["name"])
    told = {**visit, "checklist": {**checklist, "name": name}}
    if visit["steps"]:
        return told
    nobody = {f"answered_{part}": None for part in ("at", "received_at", "by", "change")}
    step = {"id": checklist["id"], "label": translate(NOTHING_ELSE, language), "help": "", "planned": "carer",
            "by_itself": True, "answer": None, "reason": "", "differing": [], "waiting_since": None, **nobody}  # fmt: skip
    return {**told, "steps": [step]}


def without_technology(visit: Mapping[str, Any], language: str) -> Json:
    """A whole document of a visit in which nothing says "technology" but the steps' own words."""
    return {**visit, "steps": [_without(step, language) for step in visit["steps"]]}


def _without(step: Step, language: str) -> Json:
    told = dict(step)
    others = [said for said in step["differing"] if said["answer"] != TECHNOLOGY]
    by = [said["by"]["name"] for said in step["differing"] if said["answer"] == TECHNOLOGY]
    told["differing"] = others if len(others) > 1 else []
    if step["answer"] == TECHNOLOGY:
        by = by or [step["answered_by"]["name"]]
        told |= {"answer": None, "reason": "", "differing": []}
        told |= {name: None for name in step if name.startswith("answered_")}
    if by:
        told["label"] = translate(ANSWERED, language, step=step["label"], name=", ".join(by))
    if step["planned"] == TECHNOLOGY:
        told |= {"planned": "carer", "by_itself": True}
        if not by and step["answer"] is None:
            told["label"] = translate(PLANNED, language, step=step["label"])
    return told | _earlier(step.get("earlier", ()), step)


def _earlier(said: Sequence[Step], step: Step) -> Json:
    """The reasons that are not told are counted: they stand on the server's page, to which the count leads."""
    told = [one for one in said if one["answer"] != TECHNOLOGY]
    if len(told) == len(said):
        return {}
    return {"earlier": told, "older_reasons": step.get("older_reasons", 0) + len(said) - len(told)}
