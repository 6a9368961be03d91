"""Chromium agrees that Hånd can be installed, and the manifest says who it is."""

import json

import pytest

from tests.browser.any_browser import wait_for_worker
from tests.browser.phone import Phone
from tests.browser.server import Server
from tests.browser.vault import go_in


@pytest.mark.main
@pytest.mark.whole_chromium
def test_nothing_stands_in_the_way_of_installing(a_phone: Phone, server: Server) -> None:
    go_in(a_phone, server.origin, "carer")
    wait_for_worker(a_phone)

    errors = a_phone.devtools().send("Page.getInstallabilityErrors")["installabilityErrors"]
    assert errors == []


def test_the_manifest_has_an_identity_icons_for_every_launcher_and_shortcuts(
    a_phone: Phone, server: Server
) -> None:
    go_in(a_phone, server.origin, "carer")

    answer = a_phone.devtools().send("Page.getAppManifest")
    manifest = json.loads(answer["data"])
    assert answer["errors"] == []
    assert manifest["id"] == "/"
    assert {icon.get("purpose", "any") for icon in manifest["icons"]} == {"any", "maskable"}
    assert {shortcut["url"] for shortcut in manifest["shortcuts"]} <= {"/", "/guides", "/waiting"}
    assert a_phone.page.locator("link[rel=apple-touch-icon]").count() == 1
