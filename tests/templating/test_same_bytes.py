"""The phone's HTML is the server's, byte for byte: every carer template with every context (phone.md)."""

import re
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import jinja2
import pytest

from pwa.templating.jinja_to_js import compile_templates
from pwa.templating.render import FOLDER, compiled_templates, make_environment, render
from tests.carer_contexts import every_context
from tests.phone_rendering import Case, render_on_phone

TEMPLATES = sorted(path.relative_to(FOLDER).as_posix() for path in (FOLDER / "carer").glob("*.html"))


@pytest.mark.slow
def test_the_phone_renders_every_page_as_the_server_does(tmp_path: Path):
    contexts = list(every_context())
    cases = [Case(name, context) for name in TEMPLATES for context in contexts]

    on_phone = render_on_phone(compiled_templates(), cases, tmp_path)

    assert len(cases) > 100
    for case, rendered in zip(cases, on_phone, strict=True):
        on_server = render(case.name, case.context, str(case.context["language"]))
        assert (rendered.error, rendered.html) == (None, on_server), case.name


@pytest.mark.slow
def test_one_row_that_cannot_be_drawn_leaves_the_rest_of_the_page_on_both_sides(tmp_path: Path):
    broken = list(every_broken_row())
    cases = [Case(name, context) for name, context, _ in broken]

    on_phone = render_on_phone(compiled_templates(), cases, tmp_path)

    assert len(broken) > 8
    for (name, context, row_id), rendered in zip(broken, on_phone, strict=True):
        on_server = render(name, context, str(context["language"]))
        assert (rendered.error, rendered.html) == (None, on_server), name
        assert (on_server.count(row_id), "</html>" in on_server) == (1, True), name
        assert len(re.findall("Det her kan ikke vises|This cannot be shown", on_server)) == 1, name


def test_a_row_of_a_table_that_cannot_be_drawn_is_a_row_of_the_table_on_both_sides(tmp_path: Path):
    page = "{% call safely('a', 'tr') %}<tr><td>{{ nothing.at_all }}</td></tr>{% endcall %}"
    environment = make_environment(jinja2.DictLoader({"carer/page.html": page}))
    templates = compile_templates(environment, ["carer/page.html"])

    [on_phone] = render_on_phone(templates, [Case("carer/page.html", {"language": "da"})], tmp_path)

    assert on_phone.html == environment.get_template("carer/page.html").render(language="da")
    assert "<tr><td" in on_phone.html


LISTS = {
    "today.html": [("visits", "visit_id"), ("plan_changes", "id")],
    "guides.html": [("guides", "guide_id")],
    "waiting.html": [("waiting", "id"), ("attention", "id"), ("unsaved", "id"), ("discarded", "id")],
    "visit.html": [
        ("visit.steps", "id"),
        ("visit.notes", "id"),
        ("visit.deviations", "id"),
        ("visit.guides", "id"),
    ],
}
"""The lists of each page, and by what their rows are named."""


def every_broken_row() -> Iterator[tuple[str, dict[str, Any], str]]:
    """Every page whose context is known, with one row more of which nothing is left but its id and its place."""
    for context in every_context():
        for page, lists in LISTS.items():
            for way, named in lists:
                changed: dict[str, Any] = deepcopy(context)
                *outer, inner = way.split(".")
                holder = changed[outer[0]] if outer and outer[0] in changed else changed
                if not isinstance(holder.get(inner), list) or not holder[inner]:
                    continue
                # What a page counts from all rows is there; what only the row itself shows is not.
                kept = {
                    key: holder[inner][0][key]
                    for key in ("answer", "read_at", "kind")
                    if key in holder[inner][0]
                }
                holder[inner].append({named: "the-broken-one", **kept})
                yield f"carer/{page}", changed, "the-broken-one"
