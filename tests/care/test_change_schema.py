"""The kinds of answers and deviations stand in changes.json, in the schema and in the templates: the same everywhere."""

import json
import re
from pathlib import Path

import pytest

from pwa.checklists.photo_answers import read_pictured
from pwa.templating.render import make_environment
from pwa.web.problem_responses import WRITTEN

ROOT = Path(__file__).parents[2]
CHANGE_SCHEMAS = json.loads((ROOT / "pwa" / "changes.json").read_text(encoding="utf-8"))
ANSWERS = CHANGE_SCHEMAS["answer_step"]["args"]["answer"]["choices"]
DEVIATIONS = CHANGE_SCHEMAS["report_deviation"]["args"]["kind"]["choices"]
SCHEMA = (ROOT / "pwa" / "schema.sql").read_text(encoding="utf-8")


def in_schema(table: str, column: str) -> list[str]:
    """What a column's check lets in, in order."""
    [columns] = re.findall(rf"^create table {table} \((.*?)^\)", SCHEMA, re.S | re.M)
    [kinds] = re.findall(rf"^  {column} text[\w ]* check \(({column} = [^)]*)\)", columns, re.M)
    return re.findall(r"'(\w+)'", kinds)


def words(macro: str, kind: str) -> str:
    """What a macro of macros.html says of a kind."""
    template = f'{{% from "macros.html" import {macro} %}}{{{{ {macro}("{kind}") }}}}'
    return make_environment().from_string(template).render(language="en").strip()


def test_the_database_takes_what_is_described_and_nothing_else():
    assert in_schema("answer", "answer") == ANSWERS
    assert in_schema("deviation", "kind") == DEVIATIONS


def test_the_carers_page_has_a_button_for_every_kind_of_deviation():
    page = (ROOT / "templates" / "carer" / "_deviations.html").read_text(encoding="utf-8")

    [offered] = re.findall(r"{% for kind in \[(.*?)\] %}", page)
    assert re.findall(r'"(\w+)"', offered) == DEVIATIONS


def test_the_carers_page_has_a_button_for_every_answer():
    page = (ROOT / "templates" / "carer" / "_answers.html").read_text(encoding="utf-8")

    [offered] = re.findall(r"{% for answer in \[(.*?)\] %}", page)
    with_reason = re.findall(r'name="answer" value="(\w+)"', page)
    assert {*re.findall(r'"(\w+)"', offered), *with_reason} == set(ANSWERS)


@pytest.mark.parametrize(("macro", "kinds"), [("answer_word", ANSWERS), ("deviation_word", DEVIATIONS)])
def test_every_kind_has_words_of_its_own(macro: str, kinds: list[str]):
    said = [words(macro, kind) for kind in kinds]

    assert all(said)
    assert len(set(said)) == len(kinds)


def test_every_answer_has_an_icon():
    sprite = (ROOT / "static" / "icons" / "sprite.svg").read_text(encoding="utf-8")

    assert [kind for kind in ANSWERS if f'id="answer-{kind.replace("_", "-")}"' not in sprite] == []


FIELD = re.compile(r"<(?:input|textarea)\b(?:[^>\"]|\"[^\"]*\")*>")
OTHER_KINDS = re.compile(r'type="(?:hidden|date|search|file|radio|checkbox)"')


def test_no_field_cuts_what_is_pasted_into_it():
    """maxlength cuts without a word; data-most says how much too long a text is, and the change is refused."""
    templates = [
        path for path in (ROOT / "templates").rglob("*.html") if "maxlength" in path.read_text("utf-8")
    ]

    assert templates == []


def test_every_field_knows_how_much_its_change_takes():
    for path in (ROOT / "templates" / "carer").rglob("*.html"):
        for change, inside in re.findall(
            r'<form[^>]*action="/do/(\w+)"(.*?)</form>', path.read_text("utf-8"), re.S
        ):
            for field in FIELD.findall(inside):
                if OTHER_KINDS.search(field):
                    continue
                [name] = re.findall(r' name="(\w+)"', field)
                if (change, name) == ("fill_in", "signed_by"):  # a part of the answer
                    [most] = re.findall(r'data-most="(\d+)"', field)
                    assert [
                        read_pictured(f"{'0' * 64} image/png 1 {'x' * (int(most) + n)}") is None
                        for n in (0, 1)
                    ] == [False, True]
                    continue
                name = "values" if (change, name) == ("fill_in", "typed") else name  # changes/filled_in.py
                assert f'data-most="{CHANGE_SCHEMAS[change]["args"][name]["most"]}"' in field


def test_what_is_written_in_any_form_is_shown_again_where_it_is_refused():
    fields = [
        field
        for path in (ROOT / "templates").rglob("*.html")
        for field in FIELD.findall(path.read_text("utf-8"))
        if not OTHER_KINDS.search(field) and "data-most" in field
    ]
    names = {name for field in fields for name in re.findall(r' name="(\w+)"', field)}

    assert (
        names - {"citizen", "person"} <= WRITTEN
    )  # these two are asked for in the address, and shown again from there
    assert {"text", "reason", "words"} <= names


def test_what_is_called_a_visits_id_is_checked_to_be_one():
    said = [each["args"]["visit_id"] for each in CHANGE_SCHEMAS.values() if "visit_id" in each["args"]]

    assert said
    assert {tuple(arg.items()) for arg in said} == {(("form", "id"),)}
