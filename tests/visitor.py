"""Somebody at the town's door, whom no test has signed in: a browser that keeps its cookies, and a phone with passkeys."""

import json
from typing import Any

import httpx2

from tests.authenticator import Authenticator
from tests.small_town import FROM_OUR_PAGE, Town, client_of, id_of

Json = dict[str, Any]


class Visitor:
    """Somebody at the door, with a browser that keeps cookies, and a phone with passkeys."""

    def __init__(self, town: Town, phone: Authenticator | None = None) -> None:
        self.town = town
        self.phone = phone or Authenticator(town.origin)
        self.http = client_of(town.origin, FROM_OUR_PAGE)
        self.cookies: dict[str, str] = {}
        town.clients.append(self.http)

    async def post(
        self, path: str, content: Json | None = None, *, data: Json | None = None
    ) -> httpx2.Response:
        """Post as a page's script does, or a form. Cookies are Secure, so that no client would keep them on http."""
        said = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        headers = {"Cookie": said} if said else {}
        written = None if data else json.dumps({} if content is None else content)
        answer = await self.http.post(path, headers=headers, content=written, data=data)
        for line in answer.headers.get_list("set-cookie"):
            name, _, rest = line.partition("=")
            self.cookies[name] = rest.partition(";")[0]
        if answer.headers.get("location", "").startswith("/invitations/"):
            return await self.get(answer.headers["location"])  # as a browser does
        return answer

    async def get(self, path: str) -> httpx2.Response:
        said = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        return await self.http.get(path, headers={"Cookie": said})

    async def sign_in_as_in_the_demo(self, person: str) -> None:
        await self.post("/demo/sign-in", data={"person": id_of(person)})

    async def add_passkey(self) -> httpx2.Response:
        """Make one more, once signed in."""
        options = (await self.post("/access/passkeys/challenge")).json()
        return await self.post("/access/passkeys", self.phone.make(options))

    async def answer_of(self, which: int = -1) -> Json:
        """Ask for a challenge, and let the phone answer it."""
        return self.phone.use((await self.post("/sign-in/challenge")).json(), which)

    async def sign_in(self, which: int = -1) -> httpx2.Response:
        return await self.post("/sign-in/answer", await self.answer_of(which))

    async def is_in(self) -> bool:
        return (await self.get("/access")).status_code == 200

    async def confirm(self) -> httpx2.Response:
        """Show again who sits there."""
        options = (await self.post("/access/confirm/challenge")).json()
        return await self.post("/access/confirm", self.phone.use(options))
