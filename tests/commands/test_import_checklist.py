"""`haand import checklist` takes checklists of any kind: it shows what comes over and what does not, and writes all or nothing."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.commands.test_command_line import database, make_municipality, run
from tests.imports.workbooks import workbook

__all__ = ["database"]  # a fixture

pytestmark = pytest.mark.slow

SURVEY: list[list[str]] = [
    ["type", "name", "label", "relevant"],
    ["select_one jn", "spist", "Har borgeren spist?", ""],
    ["text", "hvorfor", "Hvorfor ikke?", "${spist} = 'nej'"],
    ["geopoint", "hvor", "Hvor", ""],
]
CHOICES = [["list_name", "name", "label"], ["jn", "ja", "Ja"], ["jn", "nej", "Nej"]]


@pytest.fixture
def town(tmp_path: Path) -> Path:
    """The folder of a municipality; files are beside it."""
    make_municipality(tmp_path / "data")
    (tmp_path / "liste.csv").write_bytes("MORGEN;\r\nBad;\r\nSpiser borgeren selv?;\r\n".encode("cp1252"))
    (tmp_path / "skema.xlsx").write_bytes(workbook({"survey": SURVEY[:3], "choices": CHOICES, "settings": [["form_title"], ["Mad"]]}))  # fmt: skip
    (tmp_path / "mere.xlsx").write_bytes(workbook({"survey": SURVEY, "choices": CHOICES}))
    (tmp_path / "ingenting.json").write_text("{", "utf-8")
    return tmp_path


def import_(town: Path, *arguments: str) -> Any:
    names = [str(town / each) if "." in each else each for each in arguments]
    return run("import", "checklist", *names, data=town / "data")


def test_a_try_shows_each_step_with_its_row_and_the_real_one_is_not_repeated(town: Path):
    tried = import_(town, "skema.xlsx", "--dry-run")
    done, again = import_(town, "skema.xlsx"), import_(town, "skema.xlsx")

    assert tried.stdout.splitlines() == [
        "Mad, version 1 (ny): 2 punkter",
        "  Række 2     Har borgeren spist?  [valg]",
        "  Række 3     Hvorfor ikke?  [tekst, vises under en betingelse]",
        "Nye: 1. Flyttede: 0. Ændrede: 0. Aflyste: 0. Som før: 0.",
        "Det var en prøve: Intet er skrevet.",
    ]
    assert done.stdout.splitlines()[0] == "Mad, version 1 (ny): 2 punkter"
    assert again.stdout.splitlines() == [
        "Mad, version 1 (er der): 2 punkter", "Nye: 0. Flyttede: 0. Ændrede: 0. Aflyste: 0. Som før: 1.",
    ]  # fmt: skip
    assert (tried.returncode, done.returncode, again.returncode) == (0, 0, 0)


def test_what_does_not_come_over_stops_it_until_somebody_asks_for_the_rest(town: Path):
    refused = import_(town, "mere.xlsx")
    asked = import_(town, "mere.xlsx", "--skip-bad")

    said = "Række 4, hvor, type: Intet punkt har typen “geopoint”."
    assert refused.returncode == 1
    assert said in refused.stderr
    assert refused.stderr.endswith("Intet blev hentet ind.\nMed --skip-bad kommer resten med.\n")
    assert (asked.returncode, said in asked.stderr) == (3, True)
    assert "mere, version 1 (ny): 2 punkter\nNye: 1." in asked.stdout


def test_of_several_files_all_come_in_or_none(town: Path):
    refused = import_(town, "liste.csv", "ingenting.json", "skema.xlsx")
    listed = run("import", "list", data=town / "data").stdout
    asked = import_(town, "liste.csv", "ingenting.json", "skema.xlsx", "--skip-bad")
    done = import_(town, "liste.csv", "skema.xlsx")

    assert refused.returncode == 1
    assert "ingenting.json: Dette er ikke JSON." in refused.stderr
    assert "liste.csv" not in listed
    assert ("ingenting.json  afvist" in listed, "Dette er ikke JSON." in listed) == (True, True)
    assert (asked.returncode, "Nye: 2." in asked.stdout) == (3, True)
    assert (done.returncode, "Som før: 2." in done.stdout) == (0, True)
    assert "skema.xlsx" in run("import", "list", data=town / "data").stdout


def test_a_list_that_has_changed_becomes_the_next_version_and_may_have_another_name(town: Path):
    import_(town, "liste.csv", "--name", "Morgenpleje")
    (town / "liste.csv").write_text("MORGEN\nBad\nTøj\n", "utf-8")

    said = import_(town, "liste.csv", "--name", "morgenpleje", "--json")

    [checklist] = json.loads(said.stdout)["checklists"]
    assert (checklist["name"], checklist["version"], checklist["is_new"]) == ("morgenpleje", 2, True)
    assert [(step["row"], step["kind"], step["depth"]) for step in checklist["steps"]] == [
        (1, "group", 0),
        (2, "who", 1),
        (3, "who", 1),
    ]
    assert json.loads(said.stdout)["rows"]["added"] == 1


def test_a_program_is_told_all_of_it_also_where_nothing_came_in(town: Path):
    said = import_(town, "mere.xlsx", "--json")

    document = json.loads(said.stdout)
    assert (said.returncode, document["exit_code"]) == (1, 1)
    assert document["mistakes"] == ["Række 4, hvor, type: Intet punkt har typen “geopoint”."]
    assert [step["label"] for step in document["checklists"][0]["steps"]] == [
        "Har borgeren spist?",
        "Hvorfor ikke?",
    ]


def test_our_own_take_the_place_of_no_other_unasked(town: Path):
    (town / "own.csv").write_text("Bad\nTøj\n", "utf-8")
    import_(town, "own.csv", "--name", "Morgenpleje")
    asked = import_(town, "--ours")
    done = import_(town, "--ours", "--yes-replace", "1")

    assert (asked.returncode, "Morgenpleje, version 2 (ny, i stedet for version 1)" in asked.stderr) == (
        1,
        True,
    )
    assert "skriv også: --yes-replace 1" in asked.stderr
    assert (done.returncode, "Nye: 9." in done.stdout, import_(town, "--ours").returncode) == (0, True, 0)


def test_our_own_checklists_come_in_with_one_word_and_one_that_is_named_none(town: Path):
    none, tried = import_(town), import_(town, "--ours", "--dry-run")

    assert none.returncode == 2
    assert tried.returncode == 0
    assert any(
        "Medicinen er taget  [hvem gjorde det, skal besvares]" in line for line in tried.stdout.splitlines()
    )
    assert "Nye: 9." in tried.stdout
