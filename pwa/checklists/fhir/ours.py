"""Knows our own extension: what of a step no item of a Questionnaire says, or says otherwise, as JSON in the item."""

import json
from collections.abc import Mapping
from typing import Any

from pwa.checklists.compiling import Refused
from pwa.checklists.steps import Step
from pwa.words import N_

URL = "urn:haand:step"
KEYS = set(Step.model_fields) - {"steps"}


def ours_of(said: Mapping[str, Any]) -> dict[str, Any]:
    """What the item says of its step beside the rest: by key its value, None where there is none. Raises Refused."""
    found: dict[str, Any] = {}
    for each in said.get("extension", []):
        if each.get("url") == URL:
            try:
                ours = json.loads(str(each.get("valueString")))
            except (ValueError, RecursionError):
                ours = None
            if not isinstance(ours, dict) or not ours.keys() <= KEYS:
                raise Refused(N_("The extension “%(url)s” is not as Hånd writes it."), url=URL)
            found |= ours
    return found


def extension_of(ours: Mapping[str, Any]) -> dict[str, str]:
    """The extension that says this."""
    return {"url": URL, "valueString": json.dumps(ours, ensure_ascii=False, sort_keys=True)}


def laid_over(step: Mapping[str, Any], ours: Mapping[str, Any]) -> dict[str, Any]:
    """The step as both say."""
    return {key: value for key, value in {**step, **ours}.items() if value is not None}
