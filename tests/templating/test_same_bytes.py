"""The phone's HTML is the server's, byte for byte: every carer template with every context (phone.md)."""

from pathlib import Path

import pytest

from pwa.templating.render import FOLDER, compiled_templates, render
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
