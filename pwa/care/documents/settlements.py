"""Knows how differences in what was filled in may be settled; knows no checklist. In service_worker/pages/filling.js it stands with the rest."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from math import prod
from typing import Any

MOST_TRIED = 64
"""So many ways of settling all differences are tried; where there are more, each difference is tried by itself."""


def alternatives(
    entries: Mapping[str, Mapping[str, Any]], steps: Mapping[str, Any], groups: set[str]
) -> dict[str, list[list[Any]]]:
    """What was said at each place where the answers differ; what any of them brings into sight is in sight until it is settled."""
    found = {
        place: [list(one["said"]) for one in entry["differing"]]
        for place, entry in entries.items()
        if place.partition("@")[0] not in groups
    }
    found |= {place: [[one["answer"]] for one in step.get("differing", ())] for place, step in steps.items()}
    return {place: said for place, said in found.items() if said}


def settlements(
    stands: Mapping[str, Sequence[Any]], differing: Mapping[str, list[list[Any]]]
) -> Iterator[dict[str, Sequence[Any]]]:
    """The ways in which the differences may be settled."""
    if prod(map(len, differing.values())) <= MOST_TRIED:
        for chosen in product(*differing.values()) if differing else ():
            yield dict(zip(differing, chosen, strict=True))
        return
    standing = {place: stands.get(place, []) for place in differing}
    for place, said in differing.items():
        for one in said:
            yield {**standing, place: one}
