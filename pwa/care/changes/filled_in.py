"""Knows what a form of the carer's page says that is to stand at a place of a checklist: from what was typed or tapped, in the way
that it is stored. Knows no checklist: the form says which kind of step it is, `said` what stood there when its page was drawn
or its words were begun, and `now` what stands there since: one tick, one row or own words more or less are laid on that. Twin: service_worker/pages/filled_in.js; both run
tests/cases/filled_in.json.
"""

import json
import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from pwa.care.problems import NotANumber, NotATime
from pwa.checklists.days import read_dated
from pwa.checklists.decimals import read_typed
from pwa.problems import NothingWritten
from pwa.words import NewId, cleaned, has_seen, to_text

OF_THE_FORM = ("said", "now", "value", "typed", "many", "row")
"""Its fields of which the values are made."""
SHORT = 12
"""Of a row's id."""
LOCAL = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d", re.ASCII)
COPENHAGEN = ZoneInfo("Europe/Copenhagen")


def read_filled_in(form: Mapping[str, str], new_id: NewId) -> list[Any]:
    """The list that is to stand there. Raises NotANumber, NotATime, NothingWritten."""
    kind, drawn = form.get("kind", ""), _read_list(form.get("said", "[]"))
    stands = _read_list(form["now"]) if "now" in form else drawn
    if form.get("reason"):
        return []
    if kind == "repeating_group":
        removed = form.get("row")
        return [row for row in stands if row != removed] if removed else [*stands, new_id()[-SHORT:]]
    if "typed" in form:
        return _read_field(kind, form["typed"], stands if "many" in form else [])
    value = form.get("value")
    if not value:
        return []
    if kind == "yes_no":
        return [value == "true"]
    if "many" not in form:
        return [value]
    if value in drawn:
        return [each for each in stands if each != value]
    return stands if value in stands else [*stands, value]


def is_laid_on_others(form: Mapping[str, str]) -> bool:
    """Whether what it says is one of several: the others stay as they are."""
    return "many" in form or form.get("kind") == "repeating_group"


def _read_field(kind: str, typed: str, stands: list[Any]) -> list[Any]:
    if kind == "number":
        number = read_typed(typed)
        if number is None:
            raise NotANumber
        return [number]
    if kind in ("date", "time", "date_time"):
        dated = _utc(typed) if kind == "date_time" else typed
        if dated is None or read_dated(kind, dated) is None:  # type: ignore[arg-type]  # one of the three
            raise NotATime
        return [dated]
    text = cleaned(typed)
    if not has_seen(text, 1):
        raise NothingWritten
    return (
        [*(each for each in stands if isinstance(each, str)), {"other": text}] if kind == "choice" else [text]
    )


def _utc(local: str) -> str | None:
    """What Copenhagen's clocks show, as a moment; in the hour that comes twice the first."""
    if not LOCAL.fullmatch(local):
        return None
    with suppress(ValueError):
        there = datetime.fromisoformat(local)
        for hours in (2, 1):
            moment = (there - timedelta(hours=hours)).replace(tzinfo=UTC)
            if moment.astimezone(COPENHAGEN).replace(tzinfo=None) == there:
                return to_text(moment)
    return None


def _read_list(said: str) -> list[Any]:
    with suppress(ValueError):
        found = json.loads(said)
        return found if isinstance(found, list) else []
    return []
