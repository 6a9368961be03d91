"""What a page may say and may not, and in which language it says it."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import jinja2
import pytest
from jinja2 import nodes
from structlog.testing import capture_logs

from pwa.templating.jinja_to_js import NotForThePhone
from pwa.templating.render import NotPrintable, compiled_templates, make_environment, render
from pwa.templating.translation import catalogue, catalogues

CASES = json.loads((Path(__file__).parents[1] / "cases" / "filters.json").read_text(encoding="utf-8"))


def rendered(template: str, language: str = "da", /, **context: object) -> str:
    """A template rendered as the server does it, beside a few macros."""
    macros = "{% macro today() %}{{ _('Today') }}{% endmacro %}"
    loader = jinja2.DictLoader({"page.html": template, "macros.html": macros})
    return make_environment(loader).get_template("page.html").render(language=language, **context)


@pytest.mark.parametrize("language", ["da", "en"])
@pytest.mark.parametrize("case", CASES, ids=lambda case: case["filter"] + ": " + case["sentence"])
def test_a_day_and_a_time_are_written_as_people_read_them(case, language):
    beside = next((name for name in ("now", "day") if name in case), "")

    asked = f"{case['filter']}({beside})"
    assert rendered(f"{{{{ value|{asked} }}}}", language, **case) == case[language]


def test_a_row_that_cannot_be_drawn_says_so_by_its_id_and_the_rest_stands():
    page = "{% for x in xs %}{% call safely(x.id, 'li') %}<li>{{ x.name }}</li>{% endcall %}{% endfor %}"

    with capture_logs() as lines:
        html = rendered(page, xs=[{"id": "a", "name": "Anna"}, {"id": "<b>"}, {"id": "c", "name": "Carl"}])

    assert html == '<li>Anna</li><li class="mark warn">Det her kan ikke vises: &lt;b&gt;</li><li>Carl</li>'
    assert [(line["event"], line["row"]) for line in lines] == [("a row was not drawn", "<b>")]


def test_a_row_of_a_table_that_cannot_be_drawn_says_so_in_a_cell():
    page = "{% call safely('a', 'tr') %}<tr><td>{{ nothing }}</td></tr>{% endcall %}"

    assert rendered(page) == (
        '<tr><td colspan="20"><span class="mark warn">Det her kan ikke vises: a</span></td></tr>'
    )


ROW = re.compile(r"\s*<(tr|li|section|article)\b")


def rows_of(template: str, guarded: bool) -> Iterator[tuple[bool, str]]:
    """Of each loop over something given: whether its rows are drawn safely, and where it is."""
    environment = make_environment()
    assert environment.loader
    source = environment.loader.get_source(environment, template)[0]
    yield from _rows(environment.parse(source), template, guarded)


def _rows(node: nodes.Node, template: str, guarded: bool) -> Iterator[tuple[bool, str]]:
    if isinstance(node, nodes.CallBlock) and getattr(node.call.node, "name", "") == "safely":
        guarded = True
    if isinstance(node, nodes.For) and not isinstance(node.iter, nodes.List):
        texts = (part.data for output in node.body if isinstance(output, nodes.Output) for part in output.nodes
                 if isinstance(part, nodes.TemplateData))  # fmt: skip
        if any(ROW.match(text) for text in texts):
            yield guarded, f"{template}:{node.lineno}"
    if isinstance(node, nodes.Include) and isinstance(node.template, nodes.Const):
        yield from rows_of(node.template.value, guarded)
    for child in node.iter_child_nodes():
        yield from _rows(child, template, guarded)


WITHOUT_HARM = {"access/recovery_codes.html", "access/demo_sign_in.html"}
"""Made up in the moment that they are shown."""


def test_every_row_of_every_page_is_drawn_safely():
    pages = [
        name for name in make_environment().list_templates() if not name.partition("/")[2].startswith("_")
    ]
    bare = {
        where
        for page in pages
        if page not in WITHOUT_HARM
        for is_safe, where in rows_of(page, guarded=False)
        if not is_safe
    }

    assert bare == set()


@pytest.mark.parametrize("value", [True, None, 2.5, ["a"], {"a": 1}, object()])
def test_a_page_never_says_true_none_or_a_list(value):
    with pytest.raises(NotPrintable):
        rendered("{{ value }}", value=value)


@pytest.mark.parametrize("template", ["{{ none }}", "{{ [1] + [2] }}", "{{ 1.5 }}", "{{ 1 == 1 }}"])
def test_the_guard_sees_what_stands_in_the_template_itself_too(template):
    with pytest.raises(NotPrintable):
        rendered(template)


@pytest.mark.parametrize(
    "template", ["{{ _('Hi %(name)s', name=value) }}", "{% trans name=value %}Hi {{ name }}{% endtrans %}"]
)
def test_what_is_filled_into_a_message_is_guarded_and_escaped(template):
    assert rendered(template, "en", value="<b>") == "Hi &lt;b&gt;"
    with pytest.raises(NotPrintable):
        rendered(template, value=None)


def test_a_misspelt_name_is_an_error_and_not_an_empty_place():
    with pytest.raises(jinja2.UndefinedError):
        rendered("{{ visit.adress }}", visit={"address": "Skovvej 3"})


def test_a_macro_speaks_the_language_of_the_page_that_uses_it():
    page = "{% from 'macros.html' import today %}{{ today() }}"

    assert (rendered(page, "da"), rendered(page, "en")) == ("I dag", "Today")


def test_plurals_are_chosen_by_the_number():
    page = "{{ ngettext('%(num)s note', '%(num)s notes', count) }}"

    assert [rendered(page, count=count) for count in (0, 1, 2)] == ["0 notater", "1 notat", "2 notater"]


@pytest.mark.parametrize(
    "filtered", ["xs|map('upper')", "xs|select", "xs|selectattr('a')", "xs|unique", "xs|reverse"]
)
def test_what_a_filter_leaves_empty_is_false(filtered):
    assert rendered(f"{{% if {filtered} %}}something{{% else %}}nothing{{% endif %}}", xs=[]) == "nothing"


def test_a_language_we_do_not_have_is_an_error():
    with pytest.raises(KeyError):
        rendered("{{ _('Today') }}", "fr")


def test_a_page_that_is_asked_for_by_name_is_rendered():
    html = render(
        "problem.html",
        {"title": "<Nej>", "message": "Det går ikke.", "status": 404, "build": "b", "me": None, "fields": []},
        "da",
    )

    assert "<h1>&lt;Nej&gt;</h1>" in html


def test_every_template_of_the_carers_pages_can_be_taken_to_the_phone():
    try:
        compiled = compiled_templates()
    except NotForThePhone as refusal:
        pytest.fail(str(refusal))

    assert compiled.startswith("export default (r, filters, tests) => ({")


def test_the_phone_gets_the_words_of_both_languages_that_it_can_say_with_their_plurals():
    phone = catalogues('_("Today"), ngettext("%(num)d day", "%(num)d days", days), say("It is \\"here\\"")')

    assert set(phone) == {"da", "en"}
    assert phone["da"]["messages"]["Today"] == ["I dag"]
    assert "Waiting" not in phone["da"]["messages"]
    assert "Today" not in phone["en"]["messages"]
    assert phone["da"]["plural_forms"] == {"one": 0, "other": 1}
    assert catalogue("en").plural_form(1) == 0
