"""`haand export checklist` writes a version for other systems and for people; what is read again is the same."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from tests.commands.test_command_line import database, make_municipality, run

__all__ = ["database"]  # a fixture

pytestmark = pytest.mark.slow

LIST = (
    "Afsnit;Punkt;Svar;Enhed;Kun hvis\nMorgen;Bad;hvem;;\nMorgen;'=1+1;tekst;;Bad = sammen\n"
    "Måling;Puls;tal;slag/min;\nMåling;Humør;God / Dårlig;;puls > 99,5\n"
)


@pytest.fixture
def town(tmp_path: Path) -> Path:
    """A municipality with a checklist of each kind, and one that is a plain list."""
    make_municipality(tmp_path / "data")
    (tmp_path / "Pleje.csv").write_text(LIST, "utf-8")
    (tmp_path / "ours.csv").write_text(
        "tjekliste;version;punkt;planlagt;svar for sig\nMorgen;1;Medicin;sammen;ja\n", "utf-8"
    )
    assert (
        run(
            "import",
            "checklist",
            str(tmp_path / "Pleje.csv"),
            str(tmp_path / "ours.csv"),
            data=tmp_path / "data",
        ).returncode
        == 0
    )
    return tmp_path


def export(town: Path, *arguments: str) -> Any:
    return run("export", "checklist", *arguments, data=town / "data")


def import_again(town: Path, file: str) -> str:
    return run("import", "checklist", str(town / file), "--name", "Pleje", data=town / "data").stdout


@pytest.mark.parametrize("form", ["fhir", "csv", "xlsx"])
def test_what_is_written_is_read_again_as_the_same(town: Path, form: str):
    written = export(town, "pleje", "--as", form, "--to", str(town / "igen"))
    again = import_again(town, "igen")

    assert (written.returncode, written.stdout, written.stderr) == (0, "", "")
    assert again.splitlines()[-1] == "Nye: 0. Flyttede: 0. Ændrede: 0. Aflyste: 0. Som før: 1."


def test_text_stays_text_in_a_spreadsheet(town: Path):
    export(town, "Pleje", "--as", "csv", "--to", str(town / "a.csv"))
    export(town, "Pleje", "--as", "xlsx", "--to", str(town / "a.xlsx"))

    rows = list(csv.reader(io.StringIO((town / "a.csv").read_text("utf-8-sig")), delimiter=";"))
    [sheet] = CalamineWorkbook.from_path(str(town / "a.xlsx")).sheet_names
    assert rows[2] == ["Morgen", "'=1+1", "", "tekst", "", "", "", "", "Bad = sammen"]
    assert (
        sheet,
        CalamineWorkbook.from_path(str(town / "a.xlsx")).get_sheet_by_name(sheet).to_python()[2][1],
    ) == ("Pleje", "=1+1")


def test_a_plain_list_becomes_a_questionnaire_too_and_an_older_version_can_be_asked_for(town: Path):
    said = export(town, "Morgen", "--as", "fhir", "--version", "1")
    none = export(town, "Morgen", "--as", "fhir", "--version", "2")

    document = json.loads(said.stdout)
    assert (document["title"], document["version"], document["item"][0]["text"]) == ("Morgen", "1", "Medicin")
    assert (none.returncode, none.stderr) == (1, "Fejl: Der er ingen version 2 af “Morgen”.\n")


def test_what_rows_cannot_say_is_told_in_a_column_of_its_own(town: Path):
    condition = {"question": "1", "operator": "=", "answerBoolean": True}
    items = [{"linkId": "1", "type": "boolean", "text": "Spist?"}, {"linkId": "2", "type": "string", "text": "Hvad?", "enableWhen": [condition, condition], "enableBehavior": "all"}]  # fmt: skip
    (town / "Mad.json").write_text(
        json.dumps({"resourceType": "Questionnaire", "title": "Mad", "item": items}), "utf-8"
    )
    run("import", "checklist", str(town / "Mad.json"), data=town / "data")

    written = export(town, "Mad", "--as", "csv")

    assert (
        written.stderr
        == "Listen kan ikke sige det hele. Se den sidste kolonne. --as fhir har det hele med.\n"
    )
    assert [row.split(";")[-1] for row in written.stdout.splitlines()] == [
        "mere",
        "",
        "vises under en betingelse",
    ]


def test_a_name_that_there_is_not_is_answered_with_those_there_are(town: Path):
    refused = export(town, "Aften", "--as", "fhir")

    assert (refused.returncode, refused.stderr) == (
        1,
        "Fejl: Der er ingen tjekliste “Aften”.\nDer er: Morgen, Pleje\n",
    )


def export_responses(town: Path, *arguments: str) -> Any:
    days = ("--from", "2026-11-23", "--to", "2026-11-24", "--file", str(town / "svar"))
    return run("export", "responses", *days, *arguments, data=town / "data")


def test_answers_are_written_for_a_leader_by_name(town: Path):
    (town / "people.csv").write_text(
        "medarbejder;navn;rolle;gruppe\n1;Lis Bang;leder;Nord\n2;Bo Dam;medarbejder;Nord\n", "utf-8"
    )
    assert (
        run("import", "people", str(town / "people.csv"), "--yes-rights", "1", data=town / "data").returncode
        == 0
    )
    carer = export_responses(town, "--as", "csv", "--by", "Bo Dam")
    nobody = export_responses(town, "--as", "csv", "--by", "Ib")
    backwards = export_responses(town, "--as", "csv", "--by", "Lis Bang", "--to", "2026-11-22")
    assert not (town / "svar").exists()
    written = export_responses(town, "--as", "csv", "--by", "lis bang")

    refused = "Fejl: Ingen med dette navn eller medarbejdernummer leder eller planlægger for en gruppe.\n"
    assert [(each.returncode, each.stderr) for each in (carer, nobody)] == [(1, refused)] * 2
    assert "Lis Bang" in export_responses(town, "--as", "csv", "--by", "Lis").stderr
    assert (backwards.returncode, backwards.stderr) == (1, "Fejl: Den sidste dag er før den første.\n")
    assert (written.returncode, written.stderr) == (0, "")
    assert written.stdout == f"{town / 'svar'} har svarene fra 0 besøg, fra 23-11-2026 til 24-11-2026.\n"
    assert (
        (town / "svar")
        .read_text("utf-8-sig")
        .startswith("Dag;Tid;Gruppe;Borger;Medarbejdere;Besøg;Tjekliste;")
    )
    assert (town / "svar").stat().st_mode & 0o077 == 0
