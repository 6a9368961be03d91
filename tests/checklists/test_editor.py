"""Organisers write checklists on their page: each thing is kept as it is typed, undone, and published."""

import json

import pytest

from pwa.checklists.definition import read_definition
from pwa.checklists.publishing import from_stored
from tests.checklists.editor import Editor
from tests.house import House


@pytest.fixture
async def editor(house: House) -> Editor:
    """Ove has begun a checklist."""
    found = Editor(house)
    await found.begin()
    return found


async def written(editor: Editor) -> list[dict[str, object]]:
    """The draft's steps as they are kept."""
    [row] = await editor.house.rows(
        "select definition from checklist_draft where checklist_id = :id", id=editor.checklist_id
    )
    steps: list[dict[str, object]] = json.loads(row["definition"])["steps"]
    return steps


async def published(editor: Editor) -> dict[str, object]:
    """The newest version as it is kept."""
    rows = await editor.house.rows(
        "select definition from checklist where id = :id order by version", id=editor.checklist_id
    )
    return from_stored(rows[-1]["definition"]).definition.model_dump(mode="json", exclude_defaults=True)


async def test_a_checklist_is_written_step_by_step_and_published(editor: Editor):
    ate = await editor.add("yes_no", "Har spist")
    why = await editor.add("long_text", "Hvorfor ikke?")
    drank = await editor.add("number", "Drukket", unit="ml", least="0", most="3000")
    page = await editor.condition(why, (ate, "=", "false"))

    assert editor.labels == ["Har spist", "Hvorfor ikke?", "Drukket"]
    assert "kun hvis “Har spist” er nej" in page
    assert (await editor.publish()).status_code == 303
    assert await published(editor) == {
        "title": "Morgen",
        "steps": [
            {"id": ate, "kind": "yes_no", "label": "Har spist"},
            {"id": why, "kind": "long_text", "label": "Hvorfor ikke?", "shown_when": {"=": [{"answer": ate}, False]}},
            {"id": drank, "kind": "number", "label": "Drukket", "unit": "ml", "limits": {"least": "0", "most": "3000"}},
        ],
    }  # fmt: skip


async def test_a_step_is_moved_into_a_heading_and_out_again(editor: Editor):
    heading = await editor.add("group", "Medicin")
    pill = await editor.add("who", "Giv piller")

    await editor.do("move", step_id=pill, way="up")
    assert editor.labels == ["Giv piller", "Medicin"]
    await editor.do("move", step_id=pill, way="down")
    await editor.do("move", step_id=pill, way="in")
    [group] = await written(editor)
    assert [step["id"] for step in group["steps"]] == [pill]  # type: ignore[attr-defined]
    await editor.do("move", step_id=pill, way="out")
    assert [step["id"] for step in await written(editor)] == [heading, pill]


async def test_a_step_is_dragged_but_never_into_itself(editor: Editor):
    heading = await editor.add("group", "Medicin")
    inner = await editor.add("group", "Om aftenen", after=heading)
    pill = await editor.add("who", "Giv piller")

    await editor.do("move", step_id=pill, where="in", other=inner)
    await editor.do("move", step_id=inner, where="in", other=heading)
    await editor.do("move", step_id=heading, where="in", other=inner)

    [group] = await written(editor)
    assert group["id"] == heading
    assert group["steps"][0]["steps"][0]["id"] == pill  # type: ignore[index]


async def test_everything_can_be_undone_one_thing_after_the_other(editor: Editor):
    bath = await editor.add("who", "Bad")
    editor.house.pass_time(minutes=10)
    await editor.write(bath, label="Brusebad")
    await editor.do("remove", step_id=bath)
    assert editor.labels == []

    await editor.do("undo")
    assert editor.labels == ["Brusebad"]
    await editor.do("undo")
    assert editor.labels == ["Bad"]
    await editor.do("undo")
    await editor.do("undo")
    assert editor.labels == []
    assert 'id="undo"' not in editor.page


async def test_what_is_typed_bit_by_bit_is_undone_at_once(editor: Editor):
    bath = await editor.add("who", "B")
    for words in ("Ba", "Bad"):
        editor.house.pass_time(seconds=2)
        await editor.write(bath, label=words)

    await editor.do("undo")

    assert editor.labels == ["Ingen tekst endnu"]


async def test_two_organisers_write_at_once_and_nothing_is_lost(editor: Editor, house: House):
    bath = await editor.add("who", "Bad")
    meds = await editor.add("who", "Medicin")
    other = Editor(house, "lis", editor.checklist_id)
    await house.make_organiser("lis")
    await other.open(bath)

    await other.write(bath, label="Bad eller vask")
    page = await editor.write(meds, label="Giv medicin")
    assert "Lis Bang" in page
    assert editor.labels == ["Bad eller vask", "Giv medicin"]

    await editor.open(bath)
    await other.write(bath, label="Vask")
    page = await editor.write(bath, label="Brusebad")
    assert "Vask" in page
    assert "Brusebad" in page
    assert [step["label"] for step in await written(editor)] == ["Vask", "Giv medicin"]

    await editor.write(bath, label="Brusebad")
    assert [step["label"] for step in await written(editor)] == ["Brusebad", "Giv medicin"]


async def test_words_for_a_step_that_another_has_removed_are_shown(editor: Editor, house: House):
    bath = await editor.add("who", "Bad")
    await house.make_organiser("lis")
    other = Editor(house, "lis", editor.checklist_id)
    await other.open()

    await other.do("remove", step_id=bath)
    page = await editor.write(bath, label="Bad i badekar")

    assert "Bad i badekar" in page
    assert await written(editor) == []


async def test_undo_does_not_take_back_what_another_has_written_unseen(editor: Editor, house: House):
    bath = await editor.add("who", "Bad")
    await house.make_organiser("lis")
    other = Editor(house, "lis", editor.checklist_id)
    await other.open()

    await other.write(bath, label="Vask")
    page = await editor.do("undo")

    assert "Det blev ikke fortrudt" in page
    assert [step["label"] for step in await written(editor)] == ["Vask"]


async def test_what_is_wrong_is_said_at_the_step_and_stops_publishing(editor: Editor):
    choice = await editor.add("choice", "Humør")
    number = await editor.add("number", "Puls", least="ti", most="5")
    late = await editor.add("information", "Ring til vagten")
    await editor.condition(late, (number, ">", ""))

    page = (await editor.house.get(f"/checklists/{editor.checklist_id}/draft/publish", "ove")).text
    assert "mindst to svar" in page
    assert "intet at sammenligne med" in page
    assert "Grænsen" in page
    assert (await editor.publish()).status_code == 409

    await editor.write(choice, options="God\nDårlig")
    await editor.write(number, least="1")
    await editor.condition(late, (number, ">", "100"))
    assert (await editor.publish()).status_code == 303


async def test_steps_that_wait_for_each_other_are_named(editor: Editor):
    first = await editor.add("yes_no", "Sår?")
    second = await editor.add("yes_no", "Væsker det?")
    await editor.condition(first, (second, "=", "true"))
    await editor.condition(second, (first, "=", "true"))

    page = (await editor.house.get(f"/checklists/{editor.checklist_id}/draft/publish", "ove")).text

    assert "venter på hinanden" in page
    assert "Sår?" in page


async def test_a_condition_whose_step_is_removed_says_so(editor: Editor):
    first = await editor.add("yes_no", "Sår?")
    second = await editor.add("yes_no", "Væsker det?")
    await editor.condition(second, (first, "=", "true"))

    page = await editor.do("remove", step_id=first)

    assert "et punkt, der er væk" in page
    assert (await editor.publish()).status_code == 409


async def test_answers_that_are_new_are_called_as_they_read_when_it_is_published(editor: Editor):
    mood = await editor.add("choice", "Humør", options="G")
    await editor.write(mood, options="Go\nDårlig")
    await editor.write(mood, options="God\nDårlig")
    call = await editor.add("information", "Ring")
    kept = (await written(editor))[0]["options"][0]["value"]  # type: ignore[index]
    await editor.condition(call, (mood, "!=", kept))

    await editor.publish()

    definition = read_definition(await published(editor))
    assert [option.value for option in definition.steps[0].options] == ["God", "Dårlig"]
    assert definition.steps[1].shown_when == {"!=": [{"answer": mood}, "God"]}


async def test_what_an_import_has_brought_is_kept_and_read_only(editor: Editor):
    pulse = await editor.add("number", "Puls")
    call = await editor.add("information", "Ring")
    tree = {">": [{"+": [{"answer": pulse}, {"number": "1"}]}, {"number": "100"}]}
    steps = await written(editor)
    steps[1]["shown_when"] = tree
    async with editor.house.database.transaction() as tx:
        await tx.execute(
            "update checklist_draft set definition = :definition",
            {"definition": json.dumps({"title": "Morgen", "steps": steps})},
        )

    page = await editor.open(call)
    await editor.write(call, label="Ring til vagten")

    assert "kan ikke ændres her" in page
    assert (await written(editor))[1] == {**steps[1], "label": "Ring til vagten"}


async def test_the_next_version_begins_as_the_last_one_and_says_what_is_different(editor: Editor):
    bath = await editor.add("who", "Bad")
    meds = await editor.add("who", "Medicin")
    await editor.publish()

    assert (await editor.post(f"/checklists/{editor.checklist_id}/draft")).status_code == 303
    await editor.open(bath)
    await editor.write(bath, label="Brusebad", required="on")
    await editor.do("remove", step_id=meds)
    await editor.add("yes_no", "Har spist")
    await editor.publish("2026-12-01")

    page = (await editor.house.get(f"/checklists/{editor.checklist_id}/compare", "ove")).text
    assert '<del dir="auto">Bad</del> → <ins dir="auto">Brusebad</ins>' in page
    assert page.count('<li class="added">') == page.count('<li class="removed">') == 1


async def test_only_organisers_find_checklists(house: House):
    for person, status in (("ove", 200), ("lis", 404), ("anna", 404)):
        assert (await house.get("/checklists", person)).status_code == status


async def test_a_name_that_is_there_is_not_begun_twice(editor: Editor):
    await editor.add("who", "Bad")
    await editor.publish()

    assert (await editor.post("/checklists", name="MORGEN")).status_code == 409


async def test_a_draft_is_thrown_away_and_the_version_stays(editor: Editor):
    await editor.add("who", "Bad")
    await editor.publish()
    await editor.post(f"/checklists/{editor.checklist_id}/draft")

    await editor.post(f"/checklists/{editor.checklist_id}/draft/discard")

    assert (await editor.house.get(f"/checklists/{editor.checklist_id}/draft", "ove")).status_code == 404
    assert "Version 1" in (await editor.house.get(f"/checklists/{editor.checklist_id}", "ove")).text


async def test_a_checklist_is_retired_and_used_again(editor: Editor):
    await editor.add("who", "Bad")
    await editor.publish()

    await editor.post(f"/checklists/{editor.checklist_id}/retire")
    assert "Trukket tilbage" in (await editor.house.get("/checklists", "ove")).text
    await editor.post(f"/checklists/{editor.checklist_id}/bring-back")
    assert "Trukket tilbage" not in (await editor.house.get("/checklists", "ove")).text


async def test_the_phone_beside_it_is_given_the_draft_without_what_is_to_be_mended(editor: Editor):
    await editor.add("who", "Bad")
    await editor.add("choice", "")

    said = (await editor.house.get(f"/checklists/{editor.checklist_id}/draft/shown", "ove")).json()

    assert said["is_whole"] is False
    assert [step["label"] for step in said["published"]["definition"]["steps"]] == ["Bad", "…"]
    assert [step["label"] for step in said["visit"]["steps"]] == ["Bad"]
