"""Walks the running demo as everybody there and lets html-validate read each kind of page; knows no page by name.

`python -m tools.check_pages`. Ends with html-validate's own answer.
"""

import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import httpx2

from pwa.templating.render import render
from tests.browser.preloaded import NotLoaded
from tests.browser.server import HOUSE, Server

ENOUGH_OF_A_KIND = 3
NOT_SIGNED_IN = ["/demo", "/sign-in", "/sso", "/nowhere"]
ID = re.compile(r"[0-9a-f-]{36}|\d{4}-\d\d-\d\d")
SINGLE_SIGN_ON = {
    "HAAND_OIDC_ISSUER": "https://login.example",
    "HAAND_OIDC_CLIENT_ID": "haand",
    "HAAND_OIDC_CLIENT_SECRET": "made up",
}
"""Set, so that its buttons and pages are read too. Nobody is asked for a page."""
ROLES = ("carer", "leader", "organiser", "dpo")


class Links(HTMLParser):
    """The addresses that a page leads to, and the demo's buttons: role -> the first person's id."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.people: dict[str, str] = {}
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "a" and found.get("href", "").startswith("/") and "download" not in found:
            self.addresses.append(found["href"].partition("#")[0])
        if tag == "button" and "data-role" in found:
            self.people.setdefault(found["data-role"], found["value"])


def is_page(answer: httpx2.Response) -> bool:
    return answer.headers.get("content-type", "").startswith("text/html")


def sign_in(door: httpx2.Client, person: str) -> dict[str, str]:
    """The headers of a signed-in person; the cookie is Secure, so that no client would send it over http."""
    answer = door.post("/demo/sign-in", data={"person": person})
    if answer.is_error:
        raise SystemExit(f"signing in answered {answer.status_code}")
    return {"Cookie": "; ".join(cookie.partition(";")[0] for cookie in answer.headers.get_list("set-cookie"))}


def walk(door: httpx2.Client, headers: dict[str, str]) -> Iterator[tuple[str, str]]:
    """(address, page) for every kind of page that can be reached from the first, a few of each kind."""
    ahead, seen, of_kind = ["/"], {"/"}, dict[str, int]()
    while ahead:
        address = ahead.pop(0)
        answer = door.get(address, headers=headers)
        while (
            answer.has_redirect_location
        ):  # by hand: a client that follows drops a header of ours, the cookie
            answer = door.get(answer.headers["location"], headers=headers)
        if answer.status_code != 200:
            raise SystemExit(f"{address} answered {answer.status_code}")
        if not is_page(answer):
            continue
        yield address, answer.text
        for found in Links(answer.text).addresses:
            kind = ID.sub("<id>", found.partition("?")[0])
            if found not in seen and of_kind.get(kind, 0) < ENOUGH_OF_A_KIND:
                of_kind[kind] = of_kind.get(kind, 0) + 1
                seen.add(found)
                ahead.append(found)


def unlock_page(mode: str) -> str:
    """The page that only the worker answers with, as it draws it."""
    carer = {"id": "01939f00-0000-7000-8000-000000000001", "initials": "MK"}
    context = {
        "build": "0123456789abcdef", "mode": mode, "who": carer, "others": [carer], "kinds": ["prf+pin", "pin"],
        "by_passkey": mode == "choose", "dots": list(range(6)), "code": {"length": 6, "letters": False},
        "wanted": {"length": 8, "letters": True}, "slot_change": {"why": "", "kind": ""},
        "left": 3, "given_up": False, "signed_out": False, "waits": 2, "changes": 2, "texts": 1, "unsent_pictures": 1, "next_path": "/",
    }  # fmt: skip
    return render("carer/unlock.html", context, "da")


def save_pages(origin: str, folder: Path) -> int:
    """Write every page that was met into the folder, and say how many."""
    pages: list[tuple[str, str, str]] = []
    with httpx2.Client(base_url=origin, timeout=20) as door:
        pages += [("nobody", address, door.get(address).text) for address in NOT_SIGNED_IN]
        people = Links(door.get("/demo").text).people
        for role in ROLES:
            pages += [(role, *page) for page in walk(door, sign_in(door, people[role]))]
    pages += [("worker", f"/unlock-{mode}", unlock_page(mode)) for mode in ("choose", "open")]
    for role, address, page in pages:
        name = re.sub(r"[^\w-]+", "_", f"{role}{address}")
        (folder / f"{name}.html").write_text(page)
    return len(pages)


def main() -> int:
    with tempfile.TemporaryDirectory() as name:
        folder, pages = Path(name), Path(name) / "pages"
        pages.mkdir()
        server = Server(folder / "data", settings=SINGLE_SIGN_ON)
        try:
            server.start()
        except NotLoaded as failed:
            raise SystemExit(str(failed)) from None
        try:
            count = save_pages(server.origin, pages)
        finally:
            server.stop()
        print(f"html-validate reads {count} pages")
        command = ["npx", "--no-install", "html-validate", "--config", ".htmlvalidate.json", str(pages)]
        return subprocess.run(command, cwd=HOUSE, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
