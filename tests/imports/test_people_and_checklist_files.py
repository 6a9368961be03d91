"""What is read of files of people and of checklists: docs/running/import.md promises it, these tests hold it."""

import pytest

from pwa.imports.read.checklist_file import read_checklists
from pwa.imports.read.people_file import read_people

# People

PEOPLE = """medarbejder;navn;rolle;gruppe;overgruppe
1;Ida Holm;medarbejder;Gruppe Nord;Område Vest
2;Per Krogh;leder;Gruppe Nord;Område Vest
2;Per Krogh;leder;Gruppe Syd;Område Vest
3;Mona Lind;planlægger;Område Vest;Kommunen
"""


def test_people_and_the_tree_they_work_in():
    read = read_people(PEOPLE.encode())

    assert read.errors == ()
    assert [(row.person.number, row.role, row.team.number) for row in read.rows] == [
        ("1", "carer", "Gruppe Nord"), ("2", "leader", "Gruppe Nord"),
        ("2", "leader", "Gruppe Syd"), ("3", "organiser", "Område Vest"),
    ]  # fmt: skip
    assert [(row.team.number, row.parent.number if row.parent else "") for row in read.teams] == [
        ("Kommunen", ""), ("Område Vest", "Kommunen"), ("Gruppe Nord", "Område Vest"), ("Gruppe Syd", "Område Vest"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("4;Bo Ravn;chef;Gruppe Nord;", "rolle"),
        ("1;Ida Holst;leder;Gruppe Nord;", "navn"),
        ("1;Ida Holm;medarbejder;Gruppe Nord;", "medarbejder"),
        ("4;Bo Ravn;leder;Gruppe Nord;Område Øst", "overgruppe"),
        ("4;Bo Ravn;leder;Kommunen;Gruppe Nord", "overgruppe"),
        ("0102031234;Bo Ravn;leder;Gruppe Nord;", "medarbejder"),
        ("2,02612E+10;Bo Ravn;leder;Gruppe Nord;", "medarbejder"),
        ("#I/T;Bo Ravn;leder;Gruppe Nord;", "medarbejder"),
        ("4;#NAVN?;leder;Gruppe Nord;", "navn"),
        ("Bo Ravn;4100;leder;Gruppe Nord;", "navn"),
        ("4;Bo Ravn;leder;#REFERENCE!;", "gruppe"),
        ("4;Bo Ravn;leder;Gruppe Nord;#N/A", "overgruppe"),
    ],
)
def test_a_wrong_row_of_people_is_named(row: str, column: str):
    read = read_people(f"{PEOPLE}{row}\n".encode())

    assert [(mistake.row, mistake.column) for mistake in read.errors] == [(6, column)]
    assert (len(read.rows), len(read.teams)) == (4, 4)


# Checklists

CHECKLISTS = """tjekliste;version;punkt;hjælp;planlagt
Bad;1;Gør badet klar;;medarbejder
Bad;1;Vask overkroppen;Giv tid.;selv
Bad;2;Gør badet klar;;sammen
"""


def test_checklists_have_versions_and_steps_in_the_files_order():
    first, second = read_checklists(CHECKLISTS.encode()).rows

    assert (first.checklist.id, first.version, second.version) == (second.checklist.id, 1, 2)
    assert [(step.label, step.help, step.planned) for step in first.steps] == [
        ("Gør badet klar", "", "carer"), ("Vask overkroppen", "Giv tid.", "alone"),
    ]  # fmt: skip
    assert len({step.id for step in (*first.steps, *second.steps)}) == 3


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("Bad;1;Tør op;;naboen", "planlagt"),
        ("Bad;1;gør badet klar;;selv", "punkt"),
        ("Bad;en;Tør op;;selv", "version"),
        ("Bad;1;;;selv", "punkt"),
        ("Bad;1;#VÆRDI!;;selv", "punkt"),
        ("Bad;1;Tør op;#DIV/0!;selv", "hjælp"),
    ],
)
def test_a_checklist_with_a_wrong_row_is_left_out_whole(row: str, column: str):
    read = read_checklists(f"{CHECKLISTS}{row}\n".encode())

    assert [(mistake.row, mistake.column) for mistake in read.errors] == [(5, column)]
    assert [list.version for list in read.rows] == ([1, 2] if column == "version" else [2])
