"""An organiser at the editor, for tests: asks for its pages as a browser's script does."""

import html
import re
from dataclasses import dataclass

import httpx2

from tests.house import House
from tests.small_town import FROM_OUR_PAGE

NAVIGATE = {"Sec-Fetch-Mode": "navigate"}
FORM = "application/x-www-form-urlencoded"


@dataclass
class Editor:
    """Somebody with a draft before her. `seen` is the number of the draft as it was drawn for her last."""

    house: House
    person: str = "ove"
    checklist_id: str = ""
    seen: str = "0"
    page: str = ""

    async def post(self, path: str, **form: str) -> httpx2.Response:
        """Send a form as somebody who has the page before her."""
        cookie = self.house.cookies.get(self.person) or await self.house.sign_in(self.person)
        headers = {"Cookie": cookie, **FROM_OUR_PAGE}
        return await self.house.http.post(path, data=form, headers=headers)

    async def begin(self, name: str = "Morgen") -> None:
        """Begin a new checklist, and open it."""
        answer = await self.post("/checklists", name=name)
        assert answer.status_code == 303, answer.text
        self.checklist_id = answer.headers["location"].split("/")[2]
        await self.open()

    async def open(self, step_id: str = "") -> str:
        """Look at the draft."""
        answer = await self.house.get(f"/checklists/{self.checklist_id}/draft?step={step_id}", self.person)
        assert answer.status_code == 200, answer.text
        return self.drawn(answer.text)

    def drawn(self, page: str) -> str:
        """What is before her now."""
        self.page = page
        self.seen = re.search(r'data-number="(\d+)"', page)[1]  # type: ignore[index]
        return page

    async def do(self, what: str, **form: str) -> str:
        """Do something to the draft; the editor as it is drawn then."""
        answer = await self.post(
            f"/checklists/{self.checklist_id}/draft/{what}", **{"seen": self.seen, **form}
        )
        assert answer.status_code == 200, answer.text
        return self.drawn(answer.text)

    async def add(self, kind: str, label: str, after: str = "", **fields: str) -> str:
        """Add a step with these words; its id."""
        await self.do("add", kind=kind, after=after)
        step_id = re.search(r'data-opened="([^"]*)"', self.page)[1]  # type: ignore[index]
        await self.write(step_id, label=label, **fields)
        return step_id

    async def write(self, step_id: str, **fields: str) -> str:
        """Type or choose something of a step."""
        return await self.do("step", step_id=step_id, names=",".join(fields), **fields)

    async def condition(self, step_id: str, *rows: tuple[str, str, str], joined: str = "and") -> str:
        """Say when a step is shown."""
        said = {
            f"{name}-{place}": value
            for place, row in enumerate(rows)
            for name, value in zip(("asked", "operator", "value"), row, strict=True)
        }
        return await self.do("condition", step_id=step_id, joined=joined, **said)

    async def publish(self, starts_on: str = "2026-11-23") -> httpx2.Response:
        """Publish the draft from this day on."""
        return await self.post(f"/checklists/{self.checklist_id}/draft/publish", starts_on=starts_on)

    @property
    def labels(self) -> list[str]:
        """The steps as they stand on the page, in order."""
        found = re.findall(r'<span class="name" dir="auto">(.*?)</span>', self.page)
        return [html.unescape(each) for each in found]
