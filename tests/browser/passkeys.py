"""Knows the authenticator that Chromium's devtools put into a phone: a finger that is there or not; knows no pages."""

from typing import Any

from playwright.sync_api import CDPSession, expect

from tests.browser.any_browser import sign_in
from tests.browser.phone import Phone
from tests.browser.server import Server
from tests.browser.vault import IS_LOCKED


class Finger:
    """A platform authenticator in a phone's browser, as long as that page's window is open. A touch is automatic."""

    def __init__(self, phone: Phone, *, has_prf: bool = True) -> None:
        self.devtools: CDPSession = phone.devtools()
        self.devtools.send("WebAuthn.enable", {"enableUI": False})
        options = {
            "protocol": "ctap2",
            "ctap2Version": "ctap2_1",
            "transport": "internal",
            "hasResidentKey": True,
            "hasUserVerification": True,
            "hasPrf": has_prf,
            "isUserVerified": True,
            "automaticPresenceSimulation": True,
        }
        self.id = self.devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})[
            "authenticatorId"
        ]

    def passkeys(self) -> list[dict[str, Any]]:
        """What lies in it, as devtools say: credentialId, userHandle, userName, signCount and more."""
        found = self.devtools.send("WebAuthn.getCredentials", {"authenticatorId": self.id})
        return list(found["credentials"])

    def touches(self, is_there: bool) -> None:
        """Whether the person touches it when asked."""
        how = {"authenticatorId": self.id, "enabled": is_there}
        self.devtools.send("WebAuthn.setAutomaticPresenceSimulation", how)

    def is_right(self, is_right: bool) -> None:
        """Whether it is the finger that the phone knows."""
        how = {"authenticatorId": self.id, "isUserVerified": is_right}
        self.devtools.send("WebAuthn.setUserVerified", how)

    def put_in(self, passkey: dict[str, Any]) -> None:
        """A passkey from somewhere else."""
        self.devtools.send("WebAuthn.addCredential", {"authenticatorId": self.id, "credential": passkey})


def make_a_passkey(phone: Phone, server: Server, finger: Finger | None = None, person: str = "") -> Finger:
    """Sign in to the demo and make a passkey, as anybody does; then the vault's page again."""
    finger = finger or Finger(phone)
    sign_in(phone, server.origin, "carer", person)
    phone.wait_for(IS_LOCKED)
    phone.go(f"{server.origin}/access")
    phone.tap("#add-passkey")
    expect(phone.page.locator("#passkeys li")).to_have_count(1)
    phone.go(f"{server.origin}/")
    phone.wait_for(IS_LOCKED)
    return finger
