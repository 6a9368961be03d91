"""The phone's HTML is the server's, byte for byte: every carer template with every context (phone.md)."""

from pathlib import Path
from time import perf_counter

import pytest

from pwa.render import FOLDER, compiled_templates, render
from tests.carer_contexts import big_day, every_context
from tests.phone_rendering import Case, render_on_phone

TEMPLATES = sorted(path.relative_to(FOLDER).as_posix() for path in (FOLDER / "carer").glob("*.html"))


def test_the_phone_renders_every_page_as_the_server_does(tmp_path: Path):
    contexts = list(every_context())
    cases = [Case(name, context) for name in TEMPLATES for context in contexts]

    on_phone = render_on_phone(compiled_templates(), cases, tmp_path)

    for case, rendered in zip(cases, on_phone, strict=True):
        on_server = render(case.name, case.context, str(case.context["language"]))
        assert (rendered.error, rendered.html) == (None, on_server), case.name


@pytest.mark.parametrize(("name", "most"), [("carer/today.html", 16), ("carer/visit.html", 60)])
def test_a_big_page_is_ready_before_anybody_notices(name: str, most: int, tmp_path: Path):
    [rendered] = render_on_phone(compiled_templates(), [Case(name, big_day("da"), times=20)], tmp_path)

    assert rendered.milliseconds is not None
    assert rendered.milliseconds < most


def test_the_server_is_quick_too():
    context = big_day("da")
    render("carer/today.html", context, "da")
    began = perf_counter()
    for _ in range(10):
        render("carer/today.html", context, "da")

    assert (perf_counter() - began) / 10 < 0.025
