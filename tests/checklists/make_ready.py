"""Prints what node needs of the cases in tests/cases/: checklists published and patterns as tables: python make_ready.py."""

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from pwa.checklists.pattern import compile_pattern
from tests.checklists.cases import published_with, questions, read


def ready() -> dict[str, object]:
    """By the name of the cases."""
    trees = read("trees")
    patterns = [case["pattern"] for case in read("patterns") if "fits" in case]
    checking = [case["step"].get("pattern", "") for case in read("checking")]
    return {
        "trees": published_with(trees["checklist"], [case["tree"] for case in trees["cases"]]).document(),
        "filled": [published_with(case["checklist"]).document() for case in read("filled")],
        "questions": {count: published_with(questions(count)).document() for count in (20, 200, 1800)},
        "patterns": {pattern: compile_pattern(pattern) for pattern in (*patterns, *checking)},
    }


if __name__ == "__main__":
    json.dump(ready(), sys.stdout)
