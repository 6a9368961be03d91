"""A file of checklists is shown to an organiser before anything is stored, and becomes a draft when she says so."""

import html
import json
import re

import httpx2

from tests.checklists.editor import Editor
from tests.house import House
from tests.small_town import FROM_OUR_PAGE

LIST = """Punkt;Svar;Kun hvis;Farve
MORGEN;;;
Er der skader?;ja/nej;;rød
Ring til vagten;oplysning;Er der skader? = ja;
Puls;pulsslag;;
"""


async def bring(editor: Editor, name: str, content: bytes) -> httpx2.Response:
    """Choose a file on the page, and press the button."""
    cookie = editor.house.cookies.get(editor.person) or await editor.house.sign_in(editor.person)
    headers = {"Cookie": cookie, **FROM_OUR_PAGE}
    return await editor.house.http.post(
        "/checklists/import", files={"file": (name, content)}, headers=headers
    )


def hidden(page: str, name: str) -> str:
    """What a form of the page says by itself."""
    return html.unescape(re.search(rf'name="{name}"[^>]*value="([^"]*)"', page)[1])  # type: ignore[index]


async def drafts(house: House) -> list[str]:
    return [row["name"] for row in await house.rows("select name from checklist_draft order by name")]


async def test_a_list_is_shown_by_row_and_becomes_a_draft_when_it_is_accepted(house: House):
    editor = Editor(house)

    page = (await bring(editor, "morgen på Elmevej.csv", LIST.encode())).text

    assert "Række 5" in page
    assert "pulsslag" in page
    assert "Farve" in page
    assert "3 punkter kommer med" in page
    assert await drafts(house) == []
    answer = await editor.post(
        "/checklists/import/accept", name=hidden(page, "name"), definition=hidden(page, "definition")
    )
    editor.checklist_id = answer.headers["location"].split("/")[2]
    await editor.open()
    assert editor.labels == ["MORGEN", "Er der skader?", "Ring til vagten"]
    assert "kun hvis “Er der skader?” er ja" in editor.page
    assert await drafts(house) == ["morgen på Elmevej"]
    assert (await editor.publish()).status_code == 303


async def test_a_questionnaire_of_a_file_with_line_ends_comes_whole(house: House):
    definition = {"resourceType": "Questionnaire", "title": "Fald", "status": "active", "item": [
        {"linkId": "1", "text": "Hvad skete der?", "type": "string"}]}  # fmt: skip

    page = (await bring(Editor(house), "fald.json", json.dumps(definition).encode() + b"\r\n")).text

    assert "1 punkt kommer med" in page


async def test_what_cannot_be_read_says_why_and_nothing_is_stored(house: House):
    editor = Editor(house)

    assert "XML" in (await bring(editor, "form.xml", b"<form/>")).text
    assert (await bring(editor, "", b"")).status_code in (400, 422)
    broken = await editor.post("/checklists/import/accept", name="X", definition='{"steps": []}')
    assert broken.status_code == 400
    assert await drafts(house) == []


async def test_one_that_is_ready_is_begun_and_can_be_published_as_it_is(house: House):
    editor = Editor(house)

    answer = await editor.post("/checklists/ready-made", file="kompressionsstroemper")
    editor.checklist_id = answer.headers["location"].split("/")[2]
    await editor.open()

    assert len(editor.labels) > 5
    assert (await editor.publish()).status_code == 303
    assert (await editor.post("/checklists/ready-made", file="kompressionsstroemper")).status_code == 409


async def test_only_organisers_bring_files(house: House):
    assert (await bring(Editor(house, "lis"), "a.csv", b"Bad")).status_code == 404
