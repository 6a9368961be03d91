"""Checklists, answers and trees by lot, for hypothesis; knows which operations there are, and not what they give."""

from typing import Any

from hypothesis import strategies as st

from pwa.checklists.days import LENGTHS, MONTHS
from pwa.checklists.language import BARE, GIVEN

STEPS: list[dict[str, Any]] = [
    {"id": "ja", "kind": "yes_no", "label": "ja"},
    {"id": "tal", "kind": "number", "label": "tal", "occurrences": {}},
    {"id": "ord", "kind": "short_text", "label": "ord"},
    {"id": "dag", "kind": "date", "label": "dag"},
    {"id": "tid", "kind": "time", "label": "tid"},
    {"id": "da", "kind": "date_time", "label": "da"},
    {
        "id": "valg",
        "kind": "choice",
        "label": "valg",
        "other": True,
        "options": [{"value": "a", "label": "A"}],
    },
]
INNER = [{**step, "id": f"{step['id']}_ind"} for step in STEPS[:3]]
READABLE = [*(step["id"] for step in STEPS), *(step["id"] for step in INNER), "hver", "inde", "ja_hver"]
GROUPS = ["hver", "inde"]
PATTERNS = ["a+", "[^b]*", ".{2}", "(ja|nej)?"]

texts = st.one_of(
    st.sampled_from(["", "a", "ja", "1", "1.50", "-0", "2026-02-28", "2024-02-29", "ÆØÅ", "😀\uff21", " a "]),
    st.text(alphabet="abÅß😀\uff21 1.\n", max_size=6),
)
numbers = st.one_of(
    st.sampled_from(["0", "-0", "1", "2", "-1.5", "0.00000000000000000001", "9" * 40, "100", "3.30"]),
    st.decimals(min_value=-1000, max_value=1000, places=3, allow_nan=False).map(lambda number: f"{number:f}"),
)
days = st.dates().filter(lambda day: 1900 <= day.year <= 2299).map(str) | st.just("2024-02-29")
times = st.times().map(lambda time: time.isoformat(timespec="milliseconds")) | st.just("07:31")
moments = st.tuples(days.filter(lambda day: day >= "1970"), times.filter(lambda time: len(time) > 5)).map(
    lambda both: f"{both[0]}T{both[1]}Z"
)
BY_KIND: dict[str, st.SearchStrategy[Any]] = {
    "yes_no": st.booleans(),
    "number": numbers | texts,
    "short_text": texts,
    "date": days | texts,
    "time": times | texts,
    "date_time": moments | texts,
    "choice": texts | texts.map(lambda words: {"other": words}),
}

leaves = st.one_of(
    texts,
    st.booleans(),
    numbers.map(lambda number: {"number": number}),
    days.map(lambda day: {"date": day}),
    times.map(lambda time: {"time": time}),
    moments.map(lambda moment: {"date_time": moment}),
    st.sampled_from([{name: []} for name in BARE]),
    st.sampled_from([{"answer": step_id} for step_id in READABLE]),
    st.sampled_from([{"answers": step_id} for step_id in READABLE]),
    st.sampled_from([{"row": group} for group in GROUPS]),
)
UNITS = st.sampled_from([*MONTHS, *LENGTHS])


def _around(parts: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    def of(name: str) -> st.SearchStrategy[Any]:
        least, most = GIVEN[name]
        if name == "each":
            return st.tuples(st.sampled_from(GROUPS), parts, parts).map(lambda given: {name: list(given)})
        if name == "matches":
            return st.tuples(parts, st.sampled_from(PATTERNS)).map(lambda given: {name: list(given)})
        if name in ("shift", "between"):
            return st.tuples(parts, parts, UNITS).map(lambda given: {name: list(given)})
        given = st.lists(parts, min_size=least, max_size=3 if most is None else most)
        return given.map(lambda some: {name: some})

    return st.sampled_from([name for name in GIVEN if name not in BARE]).flatmap(of)


trees = st.recursive(leaves, _around, max_leaves=12)


@st.composite
def checklists(draw: st.DrawFn) -> dict[str, Any]:
    """A checklist of known steps, in rows and in rows of rows, some with a condition or a calculation."""
    inside = [*(_drawn(draw, step) for step in INNER)]
    rows: dict[str, Any] = {"id": "inde", "kind": "repeating_group", "label": "inde", "steps": inside}
    each = _drawn(draw, {"id": "ja_hver", "kind": "yes_no", "label": "ja_hver"})
    group = {"id": "hver", "kind": "repeating_group", "label": "hver", "steps": [each, _shown(draw, rows)]}
    return {"title": "T", "steps": [*(_drawn(draw, step) for step in STEPS), _shown(draw, group)]}


def _shown(draw: st.DrawFn, step: dict[str, Any]) -> dict[str, Any]:
    return {**step, "shown_when": draw(trees)} if draw(st.integers(0, 3)) == 0 else step


def _drawn(draw: st.DrawFn, step: dict[str, Any]) -> dict[str, Any]:
    step = _shown(draw, step)
    if draw(st.integers(0, 3)) == 0:
        step = {**step, "calculated": draw(trees)}
    if draw(st.integers(0, 5)) == 0:
        step = {**step, "valid_when": [{"condition": draw(trees)}]}
    return step


ROWS = {
    "hver": ["r1", "r2"],
    "inde@r1": ["p1"],
    "inde@r2": ["p1", "p2"],
}
"""The rows that there are at first."""
PLACES = [
    *(step["id"] for step in STEPS),
    *(f"ja_hver@{row}" for row in ROWS["hver"]),
    *(f"{step['id']}@{rows}" for step in INNER for rows in ("r1/p1", "r2/p1", "r2/p2")),
]
KINDS = {step["id"]: step["kind"] for step in [*STEPS, *INNER, {"id": "ja_hver", "kind": "yes_no"}]}


@st.composite
def taps(draw: st.DrawFn) -> tuple[str, list[Any]]:
    """An answer at one of the places, or other rows."""
    if draw(st.integers(0, 5)) == 0:
        group = draw(st.sampled_from(list(ROWS)))
        return group, draw(st.lists(st.sampled_from(["r1", "r2", "p1", "p2"]), unique=True, max_size=3))
    place = draw(st.sampled_from(PLACES))
    return place, draw(st.lists(BY_KIND[KINDS[place.partition("@")[0]]], max_size=2))
