"""Nothing that stands in an address or a form leads to another origin. Twin: tests/worker/vault/locking.test.js."""

import json
import re
from pathlib import Path
from urllib.parse import urlencode

import pytest

from pwa.access.routes import DEMO_ROUTES
from pwa.app import ROUTES
from tests.house import House
from tests.small_town import FROM_OUR_PAGE

CASES = json.loads((Path(__file__).parents[1] / "cases" / "return_paths.json").read_text("utf-8"))
NAMES = ("next", "to", "url", "return", "back", "redirect", "visit_id", "path")
OURS = re.compile(r"/(?![/\\])[!-~]*|https://haand\.test/[!-~]*")
"""A path as it stands, without what browsers drop; or our own address, as Starlette writes it to take off a slash."""


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.slow
async def test_no_parameter_of_any_address_leads_elsewhere(house: House, method: str):
    cookies = ["", await house.sign_in("lis"), await house.sign_in("anna")]
    led = set()
    for route in [*ROUTES, *DEMO_ROUTES]:
        if method not in (route.methods or ()) or route.path == "/board/live":  # which does not end
            continue
        path = re.sub(r"\{[^}]*\}", "x", route.path)
        for case in CASES[7:31:3]:
            said = dict.fromkeys(NAMES, case["written"])
            for cookie in cookies:
                answer = await house.http.request(
                    method, f"{path}?{urlencode(said)}", data=said if method == "POST" else None,
                    headers={**FROM_OUR_PAGE, "Sec-Fetch-Mode": "navigate", **({"Cookie": cookie} if cookie else {})},
                )  # fmt: skip
                led |= {value for name in ("location", "hx-redirect") if (value := answer.headers.get(name))}

    assert led
    assert [each for each in led if not OURS.fullmatch(each)] == []


@pytest.mark.parametrize(
    "path", ["//evil.test/people/", "//evil.test", "/\\evil.test/", "/%2f%2fevil.test/people/"]
)
async def test_no_path_leads_elsewhere(house: House, path: str):
    answer = await house.http.get(f"https://haand.test{path}", headers=FROM_OUR_PAGE)

    assert OURS.fullmatch(answer.headers.get("location", "/"))
    assert "evil" not in answer.headers.get("location", "/")
