"""What an import does to what is there: adds, changes, cancels, and never touches what was written.

What a file may look like is in test_plan_files.py and its neighbours.
"""

import hashlib
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from pwa.imports.apply.imported import NOTHING_CHOSEN, Chosen, Imported, NotImported
from pwa.imports.apply.plan import import_plan
from pwa.imports.apply.turns import begin_turn, counts_of
from pwa.imports.read.guide_files import read_guides
from pwa.imports.read.plan_file import read_plan
from pwa.source_ids import id_of
from pwa.words import new_id
from tests.house import House, Json, Phone
from tests.imports.lists import import_employees, import_list, import_steps

PEOPLE = """medarbejder;navn;rolle;gruppe;overgruppe
1;Pia Lau;medarbejder;Øst;Byen
2;Kaj Dam;medarbejder;Øst;
3;Ida Bro;medarbejder;Vest;Byen
"""
CHECKLISTS = """tjekliste;version;punkt;planlagt
Morgen;1;Bad;sammen
Morgen;1;Tøj;selv
Aften;1;Seng;medarbejder
"""
PLAN = """besøg;gruppe;medarbejder;medarbejder 2;borger;navn;adresse;dato;start;minutter;tjekliste
100;Øst;1;2;B1;Åse Sørensen;Æblevej 4;23-11-2026;09.00;30;Morgen
101;Øst;1;;B2;Ib Lund;Bøgevej 2;23-11-2026;10.00;30;Morgen
"""
ASE, IB = id_of("visit", "100"), id_of("visit", "101")


async def people(house: House, text: str = PEOPLE, **options: Any) -> Imported:
    return await import_employees(house.database, text, lambda: house.now, **options)


async def checklists(house: House, text: str = CHECKLISTS, **options: bool) -> Imported:
    return await import_steps(house.database, text, lambda: house.now, **options)


async def plan(house: House, text: str = PLAN, **chosen: Any) -> tuple[int, int, int, int]:
    """Plan, and count what was added, moved or changed, cancelled and left alone."""
    imported = await import_text(house, text, Chosen(**chosen))
    return imported.added, imported.moved + imported.changed, imported.cancelled, imported.unchanged


async def import_text(house: House, text: str = PLAN, chosen: Chosen = NOTHING_CHOSEN) -> Imported:
    """Plan; raises as `import_plan`."""
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    turn = await begin_turn(
        house.database, "plan", "plan.csv", sha256, lambda: house.now, new_id, silent=timedelta()
    )
    imported = await import_plan(turn, read_plan(text.encode()), new_id, chosen)
    async with house.database.transaction() as tx:
        await turn.end(tx, "done", imported.mistakes, counts_of(imported))
    return imported


async def phone(house: House, number: str = "1") -> Phone:
    """The phone of an employee by number."""
    person_id = id_of("person", number)
    await house.sign_in(person_id, person_id)
    return house.phone(person_id)


async def body(phone: Phone, visit_id: str) -> Json:
    """A visit on a phone, now."""
    await phone.sync()
    found: Json = phone.documents[f"visit-{visit_id}"]["body"]
    return found


@pytest.fixture
async def east(house: House) -> House:
    """The house after people, checklists and a plan were imported."""
    await people(house)
    await checklists(house)
    await plan(house)
    return house


async def test_a_plan_reaches_the_phones_of_both_carers(east: House):
    for number in ("1", "2"):
        visit = await body(await phone(east, number), ASE)

        assert (visit["citizen"]["name"], visit["starts_at"]) == ("Åse Sørensen", "2026-11-23T08:00:00.000Z")
        assert [(step["label"], step["planned"]) for step in visit["steps"]] == [
            ("Bad", "together"),
            ("Tøj", "alone"),
        ]


async def test_the_same_files_again_change_nothing(east: House):
    pia = await phone(east)
    await pia.sync()

    assert (await people(east)).unchanged == 3
    assert (await checklists(east)).unchanged == 2
    assert await plan(east) == (0, 0, 0, 2)
    assert (await pia.sync())["documents"] == []


async def test_a_changed_plan_moves_adds_and_cancels(east: House):
    changed = PLAN.replace("09.00;30", "11.15;45").replace("101;Øst;1;;B2", "102;Øst;1;;B2")

    assert await plan(east, changed) == (1, 1, 1, 0)

    pia = await phone(east)
    assert (await body(pia, ASE))["starts_at"] == "2026-11-23T10:15:00.000Z"
    assert (await body(pia, IB))["cancelled_at"] is not None


async def test_a_visit_that_comes_back_is_no_longer_cancelled(east: House):
    await plan(east, PLAN.replace("101;Øst;1;;B2", "102;Øst;1;;B2"))

    assert await plan(east) == (0, 1, 1, 1)
    assert (await body(await phone(east), IB))["cancelled_at"] is None


async def test_what_was_written_stays_when_a_visit_is_moved_and_cancelled(east: House):
    pia = await phone(east)
    change = pia.change("write_note", note_id=new_id(), text="Sov godt.")
    await pia.push(change | {"args": change["args"] | {"visit_id": IB}})

    await plan(east, PLAN.replace("10.00;30", "12.00;30"))
    await plan(east, "".join(PLAN.splitlines(keepends=True)[:2]))

    visit = await body(pia, IB)
    assert visit["cancelled_at"] is not None
    assert [note["text"] for note in visit["notes"]] == ["Sov godt."]


async def test_another_day_or_team_is_not_cancelled_by_a_file_that_does_not_speak_for_it(east: House):
    other_day = PLAN.replace("23-11", "24-11").replace("100;", "200;").replace("101;", "201;")

    assert await plan(east, other_day) == (2, 0, 0, 0)


async def test_a_visit_moved_to_another_team_leaves_what_was_written_where_it_was(east: House):
    pia, ida = await phone(east), await phone(east, "3")
    change = pia.change("write_note", note_id=new_id(), text="Sov godt.")
    await pia.push(change | {"args": change["args"] | {"visit_id": IB}})

    counted = await plan(east, PLAN.replace("101;Øst;1", "101;Vest;3"))
    await ida.sync()

    assert counted == (0, 1, 0, 1)
    assert (await body(pia, IB))["cancelled_at"] is not None
    assert [
        one["body"]["citizen"]["name"] for id, one in ida.documents.items() if id.startswith("visit-")
    ] == ["Ib Lund"]
    assert await plan(east, PLAN.replace("101;Øst;1", "101;Vest;3")) == (0, 0, 0, 2)
    assert await plan(east) == (0, 1, 0, 1)


async def test_a_checklist_in_progress_keeps_its_steps_and_another_visit_changes(east: House):
    pia = await phone(east)
    step = (await body(pia, ASE))["steps"][0]["id"]
    change = pia.change("answer_step", step_id=step, answer="alone")
    await pia.push(change | {"args": change["args"] | {"visit_id": ASE}})

    await plan(east, PLAN.replace("Morgen", "Aften"))

    assert [step["label"] for step in (await body(pia, ASE))["steps"]] == ["Bad", "Tøj"]
    assert [step["label"] for step in (await body(pia, IB))["steps"]] == ["Seng"]
    assert await plan(east, PLAN.replace("Morgen", "Aften")) == (0, 0, 0, 2)


async def test_a_visit_that_has_begun_keeps_its_checklist(east: House):
    pia = await phone(east)
    await pia.push(pia.change("start_visit") | {"args": {"visit_id": IB}})

    await plan(east, PLAN.replace("Morgen", "Aften"))

    assert [step["label"] for step in (await body(pia, IB))["steps"]] == ["Bad", "Tøj"]


async def test_an_answer_from_a_cellar_to_a_step_that_is_gone_is_still_taken_and_shown(east: House):
    pia = await phone(east)
    step = (await body(pia, IB))["steps"][0]["id"]
    change = pia.change("answer_step", step_id=step, answer="alone")
    await plan(east, PLAN.replace("Morgen", "Aften"))

    (fate,) = await pia.push(change | {"args": change["args"] | {"visit_id": IB}})

    assert fate.fate == "applied"
    shown = [(step["label"], step["answer"]) for step in (await body(pia, IB))["steps"]]
    assert shown == [("Seng", None), ("Bad", "alone")]


async def test_a_checklist_that_comes_back_has_its_steps_again(east: House):
    await plan(east, PLAN.replace("Morgen", "Aften"))

    await plan(east)

    steps = (await body(await phone(east), IB))["steps"]
    assert [step["label"] for step in steps] == ["Bad", "Tøj"]


async def test_all_as_planned_reaches_no_step_that_is_gone(east: House):
    pia = await phone(east)
    await plan(east, PLAN.replace("Morgen", "Aften"))
    change = pia.change("answer_as_planned")

    (fate,) = await pia.push(change | {"args": {"visit_id": IB}})

    assert fate.fate == "applied"
    shown = [(step["label"], step["answer"]) for step in (await body(pia, IB))["steps"]]
    assert shown == [("Seng", "carer")]


async def test_a_newer_checklist_reaches_only_visits_that_no_phone_has_yet(east: House):
    later = PLAN.replace("23-11", "27-11").replace("100;", "200;").replace("101;", "201;")
    await plan(east, later)
    await checklists(
        east, CHECKLISTS.replace("Morgen;1;Tøj;selv", "Morgen;2;Bad;selv\nMorgen;2;Hår;selv"), skip_bad=True
    )

    assert await plan(east) == (0, 0, 0, 2)
    assert await plan(east, later) == (0, 2, 0, 0)


@pytest.mark.parametrize(("day", "steps"), [("25-11", ["Bad", "Tøj"]), ("26-11", ["Bad", "Hår"])])
async def test_a_newer_checklist_waits_for_the_day_after_the_last_that_a_phone_has(
    east: House, day: str, steps: list[str]
):
    later = PLAN.replace("23-11", day).replace("100;", "200;").replace("101;", "201;")
    await plan(east, later)
    newer = CHECKLISTS.replace("Morgen;1;Tøj;selv", "Morgen;2;Bad;selv\nMorgen;2;Hår;selv")
    await checklists(east, newer, skip_bad=True)

    await plan(east, later)

    east.pass_time(days=1)
    pia = await phone(east)
    assert [step["label"] for step in (await body(pia, id_of("visit", "200")))["steps"]] == steps


async def test_a_version_of_a_checklist_is_never_rewritten(east: House):
    with pytest.raises(NotImported) as refused:
        await checklists(east, CHECKLISTS.replace("Bad;sammen", "Bad;selv"))

    (mistake,) = refused.value.mistakes
    assert mistake.params == {"version": 1}


@pytest.mark.parametrize(
    ("wrong", "column"),
    [
        (("101;Øst", "101;Nordpolen"), "gruppe"),
        (("101;Øst;1", "101;Øst;99"), "medarbejder"),
        (("100;Øst;1;2", "100;Øst;1;99"), "medarbejder 2"),
        (("30;Morgen\n101", "30;Ukendt\n101"), "tjekliste"),
    ],
)
async def test_what_nobody_knows_is_a_mistake_with_row_and_column_and_nothing_is_imported(
    house: House, wrong: tuple[str, str], column: str
):
    await people(house)
    await checklists(house)

    with pytest.raises(NotImported) as refused:
        await plan(house, PLAN.replace(*wrong))

    row = 3 if wrong[0].startswith("101") else 2
    assert [(mistake.row, mistake.column) for mistake in refused.value.mistakes] == [(row, column)]
    assert await house.rows("select id from visit where id in (:ase, :ib)", ase=ASE, ib=IB) == []


async def test_with_skip_bad_the_right_rows_are_planned_and_a_bad_one_cancels_nothing(east: House):
    wrong = PLAN.replace("09.00", "09.15").replace("101;Øst;1", "101;Øst;99")

    assert await plan(east, wrong, skip_bad=True) == (0, 1, 0, 0)
    assert (await body(await phone(east), IB))["cancelled_at"] is None


async def test_a_new_name_is_on_the_visits_and_a_taken_role_is_gone(east: House):
    pia = await phone(east)

    await people(
        east, PEOPLE.replace("Pia Lau", "Pia Bech").replace("2;Kaj Dam;medarbejder", "2;Kaj Dam;leder")
    )

    assert [carer["name"] for carer in (await body(pia, ASE))["carers"]] == ["Pia Bech", "Kaj Dam"]
    sql = "select name from role where person_id = :kaj and ended_at is null"
    roles = await east.rows(sql, kaj=id_of("person", "2"))
    assert [role["name"] for role in roles] == ["leader"]


async def places(house: House) -> dict[str, str | None]:
    """Each team, and which it stands under."""
    rows = await house.rows("select team.name, above.name as under from team left join team above on above.id = team.parent_id")  # fmt: skip
    return {row["name"]: row["under"] for row in rows if row["name"] in ("Byen", "Øst", "Vest", "Havn")}


@pytest.mark.parametrize(
    "addendum",
    [
        "medarbejder;navn;rolle;gruppe\n4;Tom To;medarbejder;Øst\n",
        "medarbejder;navn;rolle;gruppe;overgruppe\n4;Tom To;medarbejder;Øst;\n",
    ],
    ids=["without the column", "with an empty cell"],
)
async def test_a_list_that_does_not_place_a_team_leaves_it_where_it_stands(house: House, addendum: str):
    await people(house)

    imported = await people(house, addendum)

    assert await places(house) == {"Byen": None, "Øst": "Byen", "Vest": "Byen"}
    assert imported.warnings == ()


async def test_a_new_team_that_stands_under_no_other_is_named(house: House):
    await people(house)

    imported = await people(house, "medarbejder;navn;rolle;gruppe\n4;Tom To;medarbejder;Havn\n")

    assert (await places(house))["Havn"] is None
    assert [warning.params for warning in imported.warnings] == [{"team": "Havn"}]


async def test_where_two_lists_would_make_the_tree_go_round_the_newer_counts(house: House):
    await people(house)

    imported = await people(house, PEOPLE.replace("Øst;Byen", "Byen;Øst").replace("Vest;Byen", "Vest;"))

    assert await places(house) == {"Øst": None, "Byen": "Øst", "Vest": "Byen"}
    assert [warning.params for warning in imported.warnings] == [{"team": "Øst"}]


async def test_somebody_s_own_language_outlives_the_list(east: House):
    pia = await phone(east)
    await pia.push(pia.change("choose_language", language="en"))

    await people(east)

    (row,) = await east.rows("select language from person where id = :pia", pia=id_of("person", "1"))
    assert row["language"] == "en"


GUIDE = """
title = "Loftlift"
aid = "Loftlift"
summary = "Fra seng til stol."
before = ["Se efter."]
safe = ["Rolig."]
unsafe = ["Alene."]
stop = "Rød knap."
approved_at = 2026-10-01
approved_by = "Terapeuten"
source = "Egen"
[[steps]]
title = "Ned"
text = "Sænk bøjlen."
"""


async def test_a_guide_reaches_everybody_and_its_new_title_the_visits(east: House, tmp_path: Path):
    folder = tmp_path / "guides"
    folder.mkdir()
    pia = await phone(east)
    for title, counted in (("Loftlift", (1, 0)), ("Loftlift", (0, 0)), ("Løft", (0, 1))):
        (folder / "lift.toml").write_text(GUIDE.replace('title = "Loftlift"', f'title = "{title}"'), "utf-8")
        imported = await import_list(east.database, read_guides(folder), lambda: east.now)
        assert (imported.added, imported.changed) == counted
        with_aid = PLAN.replace("tjekliste\n", "tjekliste;hjælpemidler\n").replace(
            "Morgen\n", "Morgen;Loftlift\n"
        )
        await plan(east, with_aid)

        visit = await body(pia, ASE)

        assert [guide["title"] for guide in visit["guides"]] == [title]
        assert pia.documents[f"guide-{id_of('guide', 'Loftlift')}"]["body"]["title"] == title


@pytest.mark.parametrize("teams", [("Øst", "Vest", "Øst"), ("Vest", "", "Øst"), ("", "Vest", "Byen")])
async def test_a_guide_moved_to_another_team_leaves_the_phones_of_the_old_and_reaches_those_of_the_new(
    east: House, tmp_path: Path, teams: tuple[str, ...]
):
    lift = id_of("guide", "Loftlift")
    phones = {"Øst": await phone(east, "1"), "Vest": await phone(east, "3")}
    for team in teams:
        (tmp_path / "lift.toml").write_text((f'team = "{team}"\n' if team else "") + GUIDE, "utf-8")
        await import_list(east.database, read_guides(tmp_path), lambda: east.now)

        reached = {where for where, one in phones.items() if await has_guide(east, one, lift)}

        assert reached == ({team} if team in phones else set(phones))
        for one in phones.values():
            again = (await one.post()).json()
            assert (again["documents"], "ids" in again) == ([], False), "it is not over with one pull"


async def has_guide(house: House, phone: Phone, guide_id: str) -> bool:
    """Whether a guide is on a phone after a pull; its page must be found, or not found, accordingly."""
    await phone.sync()
    is_here = f"guide-{guide_id}" in phone.documents
    page = await house.http.get(f"/guides/{guide_id}", headers={"Cookie": house.cookies[phone.person]})
    assert page.status_code == (200 if is_here else 404)
    return is_here


async def test_a_list_of_employees_takes_as_many_statements_however_long_it_is(
    house: House, monkeypatch: pytest.MonkeyPatch
):
    """On PostgreSQL each is a round trip."""
    async with house.database.snapshot() as tx:
        kind = type(tx)
    asked: Counter[str] = Counter()
    for name in ("execute", "execute_many", "rows", "tuples"):

        def counted(statement: Callable[..., Any]) -> Callable[..., Any]:
            async def count(*args: Any) -> Any:
                asked["statements"] += 1
                return await statement(*args)

            return count

        monkeypatch.setattr(kind, name, counted(getattr(kind, name)))
    took: list[int] = []
    for count in (3, 30):
        for called in ("Navn", "Andet navn"):
            asked.clear()
            rows = "".join(f"{count}{n:03};{called} {n};medarbejder;Øst;Byen\n" for n in range(count))
            await people(house, f"medarbejder;navn;rolle;gruppe;overgruppe\n{rows}", limits=None)
            took.append(asked["statements"])

    few_new, few_other, many_new, many_other = took
    assert few_new >= many_new  # the teams are there by then
    assert few_other == many_other


async def test_whoever_has_no_access_where_a_plan_sends_them_is_told_by_row_and_name(house: House):
    told = PEOPLE.replace("gruppe;overgruppe", "gruppe;overgruppe;til").replace(
        "Øst;Byen\n", "Øst;Byen;22-11-2026\n"
    )
    await people(house, told + "4;Eva Fog;leder;Øst;;\n5;Bo Ø;medarbejder;Byen;;\n")
    await checklists(house)
    rows = [f"{n};Øst;{carer};{second};B{n};Navn;Vej {n};23-11-2026;1{n}.00;30;Morgen\n" for n, carer, second in (
        (0, 1, ""), (1, 2, ""), (2, 3, 4), (3, 5, 1), (4, 2, 3),
    )]  # fmt: skip

    imported = await import_text(house, PLAN.splitlines()[0] + "\n" + "".join(rows))

    assert [(each.row, each.column, each.params["name"], each.params["rows"]) for each in imported.warnings] == [
        (2, "medarbejder", "Pia Lau", 2), (4, "medarbejder", "Ida Bro", 2), (4, "medarbejder 2", "Eva Fog", 1),
    ]  # fmt: skip
    assert imported.added == 5
