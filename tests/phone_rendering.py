"""Knows how to let node render what the phone would: many templates and contexts in one process."""

import json
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pwa.templating.translation import catalogues
from tests.bundles import what_the_phone_says_itself

PROGRAM = Path(__file__).parent / "same_bytes.mjs"


@dataclass(frozen=True)
class Case:
    """A template and what it is given."""

    name: str
    context: dict[str, object]


@dataclass(frozen=True)
class Rendered:
    """What the phone made of a case: HTML, or an error."""

    html: str | None = None
    error: str | None = None


def render_on_phone(templates: str, cases: Sequence[Case], folder: Path) -> list[Rendered]:
    """Each case as the phone renders it, from the text of a templates module, in one node process."""
    module = folder / "templates.mjs"
    module.write_text(templates, encoding="utf-8")
    contexts = {id(case.context): case.context for case in cases}
    places = {context: place for place, context in enumerate(contexts)}
    asked = {
        "templates": str(module),
        "catalogues": catalogues(templates + what_the_phone_says_itself()),
        "contexts": list(contexts.values()),
        "cases": [{"name": case.name, "context": places[id(case.context)]} for case in cases],
    }
    answer = subprocess.run(
        ["node", str(PROGRAM)],
        input=json.dumps(asked),
        capture_output=True,
        encoding="utf-8",
        check=True,
        timeout=120,
    )
    return [Rendered(**each) for each in json.loads(answer.stdout)]
