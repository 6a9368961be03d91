"""`haand import` says what it would do before it does it, asks what is unusual, and ends with a code that says how it went."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.commands.test_command_line import database, make_municipality, run, settings_in
from tests.imports.test_import import GUIDE

__all__ = ["database"]  # a fixture
PEOPLE = "medarbejder;navn;rolle;gruppe\n1;Pia Lau;medarbejder;Øst\n"
CHECKLISTS = "tjekliste;version;punkt;planlagt\nMorgen;1;Bad;sammen\n"
HEADINGS = "besøg;gruppe;medarbejder;borger;navn;adresse;dato;start;minutter;tjekliste"
FLAGS = ("--yes-dates", "12")  # the day is the test's, not today


def plan(count: int, wrong: int = 0) -> str:
    """A plan of so many visits, and so many that begin at no hour."""
    rows = [
        f"{100 + n};Øst;1;B{n};Navn;Vej {n};23-11-2021;{7 + n:02d}.{'00' if n < count else '99'};30;Morgen"
        for n in range(count + wrong)
    ]
    return "\n".join([HEADINGS, *rows]) + "\n"


@pytest.fixture
def town(tmp_path: Path) -> Path:
    """The folder of a municipality with employees and checklists; files are beside it."""
    make_municipality(tmp_path / "data")
    (tmp_path / "people.csv").write_text(PEOPLE, "utf-8")
    (tmp_path / "checklists.csv").write_text(CHECKLISTS, "utf-8")
    (tmp_path / "guides").mkdir()
    (tmp_path / "guides" / "lift.toml").write_text(GUIDE, "utf-8")
    for kind in ("people", "checklists"):
        assert run("import", kind, str(tmp_path / f"{kind}.csv"), data=tmp_path / "data").returncode == 0
    return tmp_path


def test_a_summary_comes_first_and_a_stop_names_the_flag_that_goes_on(town: Path):
    (town / "plan.csv").write_text(plan(12), "utf-8")
    asked = run("import", "plan", str(town / "plan.csv"), data=town / "data")
    done = run("import", "plan", str(town / "plan.csv"), *FLAGS, data=town / "data")
    (town / "plan.csv").write_text(plan(3), "utf-8")

    cut = run("import", "plan", str(town / "plan.csv"), data=town / "data")

    assert asked.returncode == 1
    assert "Er det rigtigt, så skriv også: --yes-dates 12" in asked.stderr
    assert asked.stderr.endswith("Intet blev hentet ind.\n")
    assert done.stdout.splitlines() == [
        "Dag         Gruppe  Er der  Nye  Flyttet hertil  Flyttet væk  Ændrede  Aflyst  Som før  Derefter",
        "23-11-2021  Øst          0   12               0            0        0       0        0        12",
        "Nye: 12. Flyttede: 0. Ændrede: 0. Aflyste: 0. Som før: 0.",
    ]
    assert (done.returncode, cut.returncode) == (0, 1)
    assert "Planlagte besøg, der ville blive aflyst, fordi de ikke er med i filen: 9." in cut.stderr
    assert "Heraf 9 af 12 den 23-11-2021, Øst" in cut.stderr
    assert "--yes-cancel 9" in cut.stderr


def test_a_try_says_and_ends_as_the_real_one_would_and_writes_nothing(town: Path):
    (town / "plan.csv").write_text(plan(12), "utf-8")
    whole = ("plan", str(town / "plan.csv"), *FLAGS)
    (town / "people.csv").write_text(PEOPLE + "2;Kaj;medarbejder;Vest\n3;Ida;ingenting;Vest\n", "utf-8")
    (town / "checklists.csv").write_text(CHECKLISTS.replace("sammen", "selv"), "utf-8")
    commands = [
        (whole[:2], 1, "--yes-dates 12"),
        (whole, 0, "Nye: 12."),
        (("people", str(town / "people.csv")), 1, "Række 4, rolle"),
        (("people", str(town / "people.csv"), "--skip-bad"), 3, "Nye: 1."),
        (("checklists", str(town / "checklists.csv")), 1, "Version 1"),
        (("guides", str(town / "guides")), 0, "Nye: 1."),
    ]

    for command, code, words in commands:
        for _ in range(2):  # what was tried is new the next time too
            tried = run("import", *command, "--dry-run", data=town / "data")
            assert (tried.returncode, words in tried.stdout + tried.stderr) == (code, True), tried
    for command, code, words in commands:
        done = run("import", *command, data=town / "data")
        assert (done.returncode, words in done.stdout + done.stderr) == (code, True), done


def test_with_skip_bad_something_left_out_ends_with_3_and_nothing_left_out_with_0(town: Path):
    for wrong, code in ((1, 3), (0, 0)):
        (town / "plan.csv").write_text(plan(12, wrong), "utf-8")
        command = run(
            "import", "plan", str(town / "plan.csv"), "--skip-bad", *FLAGS[: 2 * wrong], data=town / "data"
        )

        assert command.returncode == code
        assert ("Række 14, start" in command.stderr) is bool(wrong)


def test_a_program_gets_all_of_it_as_json(town: Path):
    (town / "plan.csv").write_text(plan(12), "utf-8")

    asked = run("import", "plan", str(town / "plan.csv"), "--dry-run", "--json", data=town / "data")
    tried = run("import", "plan", str(town / "plan.csv"), "--dry-run", "--json", *FLAGS, data=town / "data")

    [stop] = json.loads(asked.stdout)["stops"]
    assert (asked.returncode, stop["flag"], stop["number"]) == (1, "--yes-dates", 12)
    said = json.loads(tried.stdout)
    assert (tried.returncode, said["exit_code"], said["dry_run"]) == (0, 0, True)
    assert (said["rows"]["added"], said["summary"]["days"][0]["team"]) == (12, "Øst")


def test_what_nobody_sees_is_taken_out_and_told_and_the_number_is_the_same(town: Path):
    (town / "plan.csv").write_text(plan(12), "utf-8")
    run("import", "plan", str(town / "plan.csv"), *FLAGS, data=town / "data")
    hidden = (
        plan(12)
        .replace("\n100;", "\n1\u200b00;")
        .replace("\n103;", "\n\ufeff103;")
        .replace(";B3;Navn", ";B\u00ad3;\u202aNavn")
    )
    (town / "plan.csv").write_text(hidden, "utf-8")

    command = run("import", "plan", str(town / "plan.csv"), data=town / "data")

    assert command.stdout.endswith("Nye: 0. Flyttede: 0. Ændrede: 0. Aflyste: 0. Som før: 12.\n")
    assert command.stderr.splitlines() == [
        "besøg: Usynlige tegn er taget ud: række 2, 5 (i alt 2).",
        "borger: Usynlige tegn er taget ud: række 5 (i alt 1).",
        "navn: Usynlige tegn er taget ud: række 5 (i alt 1).",
    ]


def test_the_list_says_how_many_mistakes_a_file_had_that_was_refused(town: Path):
    (town / "plan.csv").write_text(plan(1, wrong=2), "utf-8")
    run("import", "plan", str(town / "plan.csv"), *FLAGS, data=town / "data")

    listed = run("import", "list", data=town / "data").stdout.splitlines()

    assert "afvist" in listed[0]
    assert "  Fejl: 2.  " in listed[0]
    assert listed[1:3] == [f"    Række {row}, start: Tiden “…” findes ikke." for row in (3, 4)]
    assert not any("Fejl:" in line for line in listed[3:])
    said = json.loads(run("import", "list", "--json", data=town / "data").stdout)
    assert [(each["kind"], each["state"], each["mistake_count"]) for each in said] == [
        ("plan", "refused", 2), ("checklists", "done", 0), ("people", "done", 0),
    ]  # fmt: skip
    assert said[0]["mistakes"] == [line.strip() for line in listed[1:3]]


def test_a_file_that_is_not_there_or_is_of_another_kind_stands_in_the_list_with_why(town: Path):
    refused = [
        run("import", "plan", str(town / "plan.csv"), data=town / "data"),
        run("import", "guides", str(town / "people.csv"), data=town / "data"),
        run("import", "people", str(town / "guides"), data=town / "data"),
        run("import", "checklist", str(town / "liste.csv"), data=town / "data"),
    ]
    tried = run("import", "plan", str(town / "other.csv"), "--dry-run", data=town / "data")
    listed = run("import", "list", data=town / "data").stdout

    assert [done.returncode for done in (*refused, tried)] == [1] * 5
    gone = "plan.csv: Filen er der ikke. Har det andet system skrevet den, og er navnet rigtigt?"
    assert refused[0].stderr.splitlines() == [f"Fejl: {gone}", "Intet blev hentet ind."]
    assert f"    {gone}" in listed.splitlines()
    for name in ("people.csv  afvist", "guides  afvist", "liste.csv  afvist"):
        assert name in listed
    assert "other.csv" not in listed


def test_of_a_file_in_which_nothing_is_right_there_is_no_rest_to_import(town: Path):
    (town / "all.csv").write_text(plan(0, wrong=6), "utf-8")
    (town / "empty.csv").write_text(HEADINGS + "\n", "utf-8")
    for name in ("all.csv", "empty.csv"):
        refused = run("import", "plan", str(town / name), "--skip-bad", data=town / "data")
        listed = run("import", "list", data=town / "data").stdout.splitlines()

        assert (refused.returncode, refused.stderr.endswith("Intet blev hentet ind.\n")) == (1, True)
        assert f"  {name}  afvist  " in next(line for line in listed if name in line)


def test_many_different_ones_are_not_said_as_one(town: Path):
    text = plan(12)
    for n in range(12):
        text = text.replace("Øst;1;B", f"Øst;9{n};B", 1)
    (town / "plan.csv").write_text(text, "utf-8")

    refused = run("import", "plan", str(town / "plan.csv"), data=town / "data")

    [line] = [line for line in refused.stderr.splitlines() if "medarbejder:" in line]
    assert line.endswith("Det er den første af 12 forskellige.")


def test_an_empty_list_of_imports_says_so(tmp_path: Path):
    make_municipality(tmp_path / "data")

    assert run("import", "list", data=tmp_path / "data").stdout == "Der er ikke hentet noget ind endnu.\n"


def test_what_many_rows_have_is_one_line_and_lines_are_by_row(town: Path):
    text = plan(12, wrong=8).replace("102;Øst;1", "102;Vest;1")
    (town / "plan.csv").write_text(text, "utf-8")

    lines = run("import", "plan", str(town / "plan.csv"), data=town / "data").stderr.splitlines()

    assert [line.partition(": Vi")[0].partition(": Tiden")[0] for line in lines] == [
        "Fejl: Række 4, gruppe", "Række 14, 15, 16, 17, 18 og 3 mere, start", "Intet blev hentet ind.",
    ]  # fmt: skip


def test_the_table_of_days_stands_in_its_columns_where_something_is_asked(town: Path):
    (town / "plan.csv").write_text(plan(12), "utf-8")

    lines = run("import", "plan", str(town / "plan.csv"), data=town / "data").stderr.splitlines()

    assert lines[0].startswith("Dag         Gruppe  Er der")
    assert lines[1].startswith("23-11-2021  Øst          0")
    assert lines[2] == ""
    assert lines[3].startswith("Fejl: ")


@pytest.mark.parametrize("trouble", [KeyboardInterrupt(), OSError(28, "No space left on device")])
def test_who_breaks_an_import_off_is_told_how_it_goes_on(
    town: Path, monkeypatch: pytest.MonkeyPatch, trouble: BaseException
):
    async def broken(*_: object) -> None:
        raise trouble

    monkeypatch.setattr("pwa.imports.import_files.import_plan", broken)
    (town / "plan.csv").write_text(plan(12), "utf-8")

    command = run("import", "plan", str(town / "plan.csv"), *FLAGS, data=town / "data")

    assert command.returncode == 1
    assert "Kør samme kommando med samme fil igen" in command.stderr


def test_the_last_plan_is_undone_and_the_list_says_what_was_done_when(town: Path):
    (town / "plan.csv").write_text(plan(12), "utf-8")
    run("import", "plan", str(town / "plan.csv"), *FLAGS, data=town / "data")

    tried = run("import", "undo", "--dry-run", data=town / "data")
    undone = run("import", "undo", data=town / "data")
    again = run("import", "undo", data=town / "data")
    listed = run("import", "list", data=town / "data").stdout.splitlines()

    what, would, *rest = tried.stdout.splitlines()
    assert re.fullmatch(
        r"plan\.csv, .*: Nye: 12\. Flyttede: 0\. Ændrede: 0\. Aflyste: 0\. Som før: 0\.", what
    )
    assert rest == [
        "Som før den: 0. Aflyst: 12. Som de er nu: 0.", "Det var en prøve: Intet er skrevet.",
    ]  # fmt: skip
    assert re.fullmatch(r"plan\.csv fra .* ville blive fortrudt\.", would)
    assert undone.returncode == 0
    assert undone.stdout == tried.stdout.partition("Det var en prøve")[0].replace("ville blive", "er")
    assert (again.returncode, "Der er ingen import af en plan at fortryde." in again.stderr) == (1, True)
    assert [("fortrudt" in line, "Aflyste: 12" in line, "--yes-dates 12" in line) for line in listed[1:3]] == [
        (False, True, False), (True, False, True),
    ]  # fmt: skip


def test_a_plan_that_something_came_in_after_is_undone_only_by_its_number(town: Path):
    (town / "plan.csv").write_text(plan(12), "utf-8")
    run("import", "plan", str(town / "plan.csv"), *FLAGS, data=town / "data")
    (town / "people.csv").write_text(PEOPLE.replace("Lau", "Lund"), "utf-8")
    run("import", "people", str(town / "people.csv"), data=town / "data")

    asked = run("import", "undo", data=town / "data")
    done = run("import", "undo", "--yes-undo", "12", data=town / "data")

    assert asked.returncode == 1
    assert re.search(r"^  plan\.csv, .*: Nye: 12\.", asked.stderr, re.MULTILINE)
    assert re.search(r"^  people\.csv, .*: .* Ændrede: 1\.", asked.stderr, re.MULTILINE)
    assert "så skriv også: --yes-undo 12" in asked.stderr
    assert (done.returncode, "Aflyst: 12." in done.stdout) == (0, True)


@pytest.mark.slow
def test_who_reads_no_further_is_told_of_no_full_disk_and_the_plan_comes_in(town: Path):
    (town / "plan.csv").write_text(plan(12), "utf-8")
    reads, writes = os.pipe()
    os.close(reads)
    command = [sys.executable, "-m", "pwa", "import", "plan", str(town / "plan.csv"), *FLAGS]
    done = subprocess.run(
        command,
        stdout=writes,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
        env={**os.environ, **settings_in(town / "data")},
    )
    os.close(writes)

    assert "disken" not in done.stderr
    assert "Nye: 12." in run("import", "list", data=town / "data").stdout


def test_what_is_only_odd_is_not_said_as_what_is_wrong(town: Path):
    text = plan(12).replace("tjekliste\n", "tjekliste;bemærkning\n", 1).replace("Morgen\n", "Aften;x\n")
    (town / "plan.csv").write_text(text, "utf-8")

    refused = run("import", "plan", str(town / "plan.csv"), data=town / "data")

    odd, wrong = refused.stderr.splitlines()[:2]
    assert (refused.returncode, odd) == (
        1,
        "Række 1, bemærkning: Vi kender ikke kolonnen. Den bliver ikke læst.",
    )
    assert wrong.startswith("Fejl: Række 2, tjekliste: ")


def test_a_list_of_employees_says_who_gets_what_and_stops_with_the_flags_that_go_on(town: Path):
    file = town / "people.csv"
    headings = "medarbejder;navn;rolle;gruppe;overgruppe\n"
    names = ("Pia Lau", *(f"Navn {n}" for n in range(2, 13)))
    usual = [(str(n), name, "medarbejder", "Øst", "") for n, name in enumerate(names, 1)]
    file.write_text(headings + "".join(";".join(row) + "\n" for row in usual), "utf-8")
    assert run("import", "people", str(file), data=town / "data").returncode == 0
    turned = [(n, team, role, name, "") for n, name, role, team, _ in usual]
    file.write_text(headings + "".join(";".join(row) + "\n" for row in turned), "utf-8")

    tried = run("import", "people", "--dry-run", str(file), data=town / "data")
    asked = run("import", "people", str(file), data=town / "data")
    said = json.loads(run("import", "people", "--json", str(file), data=town / "data").stdout)
    flags = [word for stop in said["stops"] for word in (stop["flag"], str(stop["number"]))]
    done = run("import", "people", str(file), *flags, data=town / "data")

    assert (tried.returncode, tried.stderr) == (1, asked.stderr)
    assert "Nye grupper (12):\n  Pia Lau\n" in asked.stderr
    assert "Får et andet navn (12):\n  Række 2: Pia Lau → Øst\n" in asked.stderr
    assert "Skifter gruppe (12):\n  Række 2, Pia Lau: Øst → Pia Lau\n" in asked.stderr
    assert flags == ["--yes-new-teams", "12", "--yes-names", "12", "--yes-leave", "12"]
    assert "så skriv også: --yes-names 12" in asked.stderr
    assert (done.returncode, "Ændrede: 12" in done.stdout) == (0, True)
