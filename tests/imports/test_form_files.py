"""A file of checklists is known by its content, read in a process with limits, and told by row and name."""

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from pwa.imports.read.checklists import ChecklistFile, Defined
from pwa.imports.read.defined_checklists import checklists_of
from pwa.imports.read.form_files import read_form_file
from pwa.imports.read.forms import FormFile
from pwa.imports.read.limited import read_limited
from tests.imports.workbooks import bomb, workbook

pytestmark = pytest.mark.no_database

LIST = """MORGEN
1. Hjælp til bad
2. Morgenmad, gerne på altanen
Har borgeren drukket nok?
Aften:
- Luk vinduer; hold øje med katten
"""
QUESTIONNAIRE: dict[str, Any] = {
    "resourceType": "Questionnaire",
    "status": "active",
    "title": "Morgen",
    "item": [
        {"linkId": "1", "type": "boolean", "text": "Spist?"},
        {"linkId": "2", "type": "string", "text": "Hvorfor ikke?",
         "enableWhen": [{"question": "1", "operator": "=", "answerBoolean": False}]},
    ],
}  # fmt: skip


def outline(read: FormFile) -> list[tuple[str, list[Any]]]:
    """Each checklist's name, and its steps as (kind, label), those of a group inside it."""
    assert read.mistakes == []
    return [(form.name, _steps(json.loads(form.definition or "{}")["steps"])) for form in read.forms]


def _steps(steps: list[dict[str, Any]]) -> list[Any]:
    return [
        (step["kind"], step["label"], *([_steps(step["steps"])] if "steps" in step else [])) for step in steps
    ]


def said(file: ChecklistFile[Any]) -> list[str]:
    return [each.words(str) for each in file.errors]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_a_column_of_lines_is_a_checklist_and_headings_are_groups(encoding: str):
    lines = LIST.replace("; hold øje med katten", "")
    read = read_form_file(lines.encode(encoding), "Min_liste.csv")

    assert outline(read) == [("Min liste", [
        ("group", "MORGEN", [
            ("who", "Hjælp til bad"), ("who", "Morgenmad, gerne på altanen"), ("yes_no", "Har borgeren drukket nok?")]),
        ("group", "Aften", [("who", "Luk vinduer")]),
    ])]  # fmt: skip


def test_what_stands_beside_the_lines_is_told_and_not_dropped():
    file = checklists_of(read_form_file(LIST.encode(), "liste.csv"))

    assert said(file) == ["B: The column is not known and is not read."]
    assert [row.checklist.number for row in file.rows] == ["liste"]


def test_columns_with_headings_say_the_kind_of_answer_and_the_rest():
    text = (
        "Nr;Afsnit;Punkt;Hjælp;Svar;Enhed;Skal;Planlagt;Svar for sig\n"
        "1;Morgen;Bad;Se vejledningen;;;ja;sammen;\n"
        "2;Morgen;Medicin;;;;;;ja\n"
        "3;Måling;Puls;;tal;slag/min;;;\n"
        "4;Måling;Humør;;God / Dårlig / Ved ikke;;;;\n"
        "5;Måling;Hvem kom?;;flere: datter, søn;;;;\n"
        "6;Måling;=1+1;;tekst;;;;\n"
    )
    read = read_form_file(text.encode(), "liste.csv")

    [morning, measured] = json.loads(read.forms[0].definition or "")["steps"]
    assert morning["steps"] == [
        {
            "id": "bad",
            "kind": "who",
            "label": "Bad",
            "help": "Se vejledningen",
            "required": True,
            "planned": "together",
        },
        {"id": "medicin", "kind": "who", "label": "Medicin", "by_itself": True},
    ]
    assert [(step["label"], step["kind"]) for step in measured["steps"]] == [
        ("Puls", "number"), ("Humør", "choice"), ("Hvem kom?", "choice"), ("=1+1", "short_text"),
    ]  # fmt: skip
    assert measured["steps"][0]["unit"] == "slag/min"
    assert [option["value"] for option in measured["steps"][1]["options"]] == ["God", "Dårlig", "Ved ikke"]
    assert [told.what for told in read.forms[0].told if told.why] == ["Nr"] or read.forms[0].told[
        0
    ].why is None


def test_a_line_may_be_shown_only_under_a_condition_in_words():
    text = (
        "Punkt;Svar;Kun hvis\nEr der skader?;ja/nej;\nHvilke?;tekst;Er der skader? = ja\nPuls;tal;\n"
        "Ring til en sygeplejerske;oplysning;puls ≥ 100,5\nHumør;God / Dårlig;\nHvorfor?;tekst;Humør = dårlig\n"
        "Bad;hvem;\nHvorfor ikke?;tekst;Bad = ikke gjort\n"
    )
    read = read_form_file(text.encode(), "liste.csv")

    steps = json.loads(read.forms[0].definition or "")["steps"]
    assert [step["shown_when"] for step in steps if "shown_when" in step] == [
        {"=": [{"answer": "er-der-skader"}, True]},
        {">=": [{"answer": "puls"}, {"number": "100.5"}]},
        {"=": [{"answer": "humoer"}, "Dårlig"]},
        {"=": [{"answer": "bad"}, "not_done"]},
    ]


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        (
            "Er der skader?",
            "“Er der skader?” is no condition. Write the text of another line, = and an answer.",
        ),
        ("Er der sår? = ja", "There is no step “Er der sår?” in the checklist."),
        ("Er der skader? = måske", "“måske” is no answer to “Er der skader?”."),
        ("Er der skader? > ja", "“yes or no” and “>” do not go together."),
        ("Bad = selv", "The line “Bad” stands several times."),
        ("Hvilke? = x", "These steps wait for each other: hvilke “Hvilke?” → hvilke “Hvilke?”."),
    ],
)
def test_a_condition_that_cannot_be_read_is_told_with_its_row(condition: str, words: str):
    text = f"Punkt;Svar;Kun hvis\nEr der skader?;ja/nej;\nBad;;\nBad;;\nHvilke?;tekst;{condition}\n"
    file = checklists_of(read_form_file(text.encode(), "liste.csv"))

    assert said(file) == [words if "wait" in words else f"Row 5, Hvilke?, kun hvis: {words}"]


def test_a_row_that_is_wrong_is_named_and_the_rest_can_be_had():
    file = checklists_of(
        read_form_file("Punkt;Svar\nBad;hvem\nPuls;noget\nVægt;tal\n".encode("cp1252"), "liste.csv")
    )

    assert said(file) == ["Row 3: “noget” is no kind of answer that is known."]
    [row] = file.rows
    assert isinstance(row, Defined)
    assert [(step.row, step.label, step.kind) for step in row.steps] == [
        (2, "Bad", "who"),
        (4, "Vægt", "number"),
    ]


def test_each_sheet_of_a_workbook_is_a_checklist_and_cells_are_read_as_they_are_shown():
    read = read_form_file(
        workbook(
            {
                "Morgen": [["Punkt", "Svar"], ["Bad"], [3, "tal"], ["Når", "dato"]],
                "Ark2": [["Luk vinduer"], ["Sluk lys"]],
            }
        ),
        "Pleje.xlsx",
    )

    assert outline(read) == [
        ("Morgen", [("who", "Bad"), ("number", "3"), ("date", "Når")]),
        ("Pleje Ark2", [("who", "Luk vinduer"), ("who", "Sluk lys")]),
    ]


def test_a_name_is_the_same_however_its_letters_are_written():
    read = read_form_file(
        workbook({"Ark1": [["Tjekliste: Pa\u030afyldning\u200b\u00a0uge 1"], ["A\u030abn do\u0308ren"]]}),
        "x.xlsx",
    )

    [row] = checklists_of(read).rows
    assert isinstance(row, Defined)
    assert (row.checklist.number, row.steps[0].label) == ("Påfyldning uge 1", "Åbn dören")


def test_our_own_table_and_a_form_are_known_in_a_workbook():
    table: list[list[object]] = [
        ["tjekliste", "version", "punkt", "planlagt"],
        ["Morgen", 1, "Bad", "sammen"],
    ]
    form = {
        "survey": [["type", "name", "label"], ["integer", "puls", "Puls"]],
        "settings": [["form_title"], ["Måling"]],
    }

    ours = checklists_of(read_form_file(workbook({"Ark1": table}), "a.xlsx"))
    theirs = read_form_file(workbook(form), "b.xlsx")

    assert [(row.checklist.number, isinstance(row, Defined)) for row in ours.rows] == [("Morgen", False)]
    assert outline(theirs) == [("Måling", [("number", "Puls")])]


def test_a_questionnaire_and_a_bundle_of_them_are_known_by_their_content():
    other = {**QUESTIONNAIRE, "title": "Aften"}
    bundle = {
        "resourceType": "Bundle",
        "entry": [
            {"resource": QUESTIONNAIRE},
            {"resource": other},
            {"resource": {"resourceType": "Patient"}},
        ],
    }

    one = read_form_file(json.dumps(QUESTIONNAIRE).encode("utf-8-sig"), "x.txt")
    two = read_form_file(json.dumps(bundle).encode(), "x.json")

    assert outline(one) == [("Morgen", [("yes_no", "Spist?"), ("short_text", "Hvorfor ikke?")])]
    assert [form.name for form in two.forms] == ["Morgen", "Aften"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "The file is empty."),
        (b"<Questionnaire/>", "XML is not read. Save the form as JSON."),
        (b"{", "This is not JSON."),
        (b'{"resourceType": "Patient"}', "This is no Questionnaire."),
        (b"[1]", "This is no Questionnaire."),
        (b'{"item":' * 100_000, "The groups are too deep in each other."),
        (
            b"PK\x03\x04 and no workbook",
            "The workbook cannot be read. Is it protected by a password, or damaged?",
        ),
        (
            b"\xd0\xcf\x11\xe0 and no workbook",
            "The workbook cannot be read. Is it protected by a password, or damaged?",
        ),
        (b"%PDF-1.7", "The file is PDF, not CSV. Save it as CSV first."),
        (b"1;2\n3;4\n", "There are no lines in it."),
        (b"a\n" * 20_001, "The file has more than 20000 rows."),
    ],
)
def test_what_cannot_be_read_is_said_in_words(content: bytes, words: str):
    read = read_form_file(content, "x")

    told = [told.why.words(str) for form in read.forms for told in form.told if told.why]
    assert [*(mistake.words(str) for mistake in read.mistakes), *told] == [words]


@pytest.mark.parametrize(
    ("item", "words"),
    [
        ({"linkId": "1", "type": "boolean"}, "The link “1” stands 2 times."),
        ({"linkId": "3", "type": "string", "enableWhen": [{"question": "9", "operator": "exists", "answerBoolean": True}]},
         "3, enableWhen: There is no step “9” in the checklist."),
        ({"linkId": "3", "type": "choice", "text": "V", "answerValueSet": "https://example.org/vs"},
         "3, answerValueSet: The options are in a value set elsewhere, which is not fetched: https://example.org/vs."),
        ({"linkId": "3", "type": "string", "enableWhen": [{"question": "3", "operator": "exists", "answerBoolean": True}]},
         "These steps wait for each other: 3 → 3."),
        ({"linkId": "3", "type": "string", "text": "Ring til 010190-1234"},
         "3 “Ring til 010190-1234”: This looks like a CPR number, which is never stored. Use another number."),
        ({"linkId": "3", "type": "string", "text": "a\u0001"}, "3 “a\u0001”: The cell holds signs that are not text."),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_questionnaire_has_its_place(item: dict[str, Any], words: str):
    content = {**QUESTIONNAIRE, "item": [*QUESTIONNAIRE["item"], item]}

    file = checklists_of(read_form_file(json.dumps(content).encode(), "x.json"))

    assert said(file) == [words]


def test_two_checklists_of_one_name_are_a_mistake():
    bundle = {"resourceType": "Bundle", "entry": [{"resource": QUESTIONNAIRE}, {"resource": QUESTIONNAIRE}]}

    assert said(checklists_of(read_form_file(json.dumps(bundle).encode(), "x.json"))) == [
        "Morgen: The checklist is there twice in the file."
    ]


def test_a_workbook_that_unpacks_to_far_more_than_it_is_is_refused(tmp_path: Path):
    packed = bomb(60)

    read = read_limited(packed, "bombe.xlsx")

    assert len(packed) < 2_000_000
    [mistake] = read.mistakes
    assert mistake.words(str) == "The workbook has more in it than any checklist: so much is not read."


def test_a_workbook_with_entities_is_not_read():
    entities = '<!DOCTYPE a [<!ENTITY x "xxxx"><!ENTITY y "&x;&x;">]>'
    packed, changed = zipfile.ZipFile(io.BytesIO(workbook({"Ark1": [["Bad"]]}))), io.BytesIO()
    with packed, zipfile.ZipFile(changed, "w") as target:
        for name in packed.namelist():
            content = packed.read(name).decode()
            if name == "xl/sharedStrings.xml":
                content = content.replace("<sst", f"{entities}<sst", 1).replace("Bad", "&y;")
            target.writestr(name, content)

    read = read_form_file(changed.getvalue(), "x.xlsx")

    assert [mistake.words(str) for mistake in read.mistakes] == [
        "The workbook cannot be read. Is it protected by a password, or damaged?"
    ]


def test_what_takes_more_memory_than_it_is_given_ends_and_is_said():
    read = read_limited(bomb(40), "bombe.xlsx", memory=150_000_000)

    [mistake] = read.mistakes
    assert mistake.words(str).startswith("The file was too much to read: it was given 30 seconds and 150 MB")


def test_what_takes_more_time_than_it_is_given_ends_and_is_said():
    read = read_limited(bomb(45), "lang.xlsx", seconds=1)

    [mistake] = read.mistakes
    assert mistake.words(str).startswith("The file was too much to read: it was given 1 seconds")


def test_a_file_of_twenty_million_bytes_is_not_even_looked_at():
    read = read_limited(b"a" * 20_000_001, "x.csv")

    [mistake] = read.mistakes
    assert mistake.words(str) == "The file is larger than 20 MB."


def test_a_line_that_a_formula_came_to_nothing_in_is_named_by_its_row():
    read = read_form_file("Hjælp til bad\n#NAVN?\nMorgenmad\n".encode(), "liste.csv")

    assert [(each.row, each.params) for each in read.mistakes] == [(2, {"written": "#NAVN?"})]


def test_cells_of_a_workbook_in_which_a_formula_came_to_nothing_are_named_and_not_empty():
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True}) as whole:
        sheet = whole.add_worksheet("Morgen")
        sheet.write_string(0, 0, "Bad")
        sheet.write_formula(1, 0, "=A9", None, "#REF!")
        sheet.write_formula(2, 1, "=NA()", None, "#N/A")

    file = checklists_of(read_form_file(made.getvalue(), "liste.xlsx"))

    [mistake] = file.errors
    assert (file.rows, mistake.params) == ((), {"number": 2, "cells": "A2, B3"})
