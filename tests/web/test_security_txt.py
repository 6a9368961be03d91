"""Whoever finds a weakness is told whom to write to (RFC 9116), if the installation has said so."""

from datetime import datetime, timedelta
from pathlib import Path

import httpx2
import pytest
from pydantic import ValidationError

from pwa.config import Settings
from pwa.web.security_txt import ADDRESS, describe_contact
from tests.small_town import MORNING, Town, client_of, open_town

CONTACT = "mailto:sikkerhed@example.dk"


async def ask(town: Town) -> httpx2.Response:
    """Ask as somebody who is not signed in."""
    async with client_of(town.origin) as stranger:
        return await stranger.get(ADDRESS)


def fields_of(text: str) -> dict[str, str]:
    """The fields of the file, each of which is there once."""
    lines = [line.split(": ", 1) for line in text.splitlines()]
    fields = dict(lines)
    assert len(fields) == len(lines)
    return fields


async def test_a_stranger_finds_whom_to_tell_of_a_weakness(tmp_path: Path):
    async with open_town(tmp_path, security_contact=CONTACT) as town:
        answer = await ask(town)

    fields = fields_of(answer.text)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/plain; charset=utf-8")
    assert fields["Contact"] == CONTACT
    assert fields["Preferred-Languages"] == "da, en"


async def test_the_contact_runs_out_within_a_year_of_the_servers_start(tmp_path: Path):
    async with open_town(tmp_path, security_contact=CONTACT) as town:
        began = datetime.fromisoformat(fields_of((await ask(town)).text)["Expires"])
        town.now += timedelta(days=30)
        later = datetime.fromisoformat(fields_of((await ask(town)).text)["Expires"])

    assert timedelta(days=300) < began - MORNING < timedelta(days=365)
    assert later == began


async def test_without_a_contact_there_is_no_such_file(town: Town):
    answer = await ask(town)

    assert (answer.status_code, answer.json()["code"]) == (404, "NotFound")


@pytest.mark.no_database
def test_it_says_where_it_belongs():
    settings = Settings(security_contact=CONTACT, origin="https://haand.example.dk")

    fields = fields_of(describe_contact(settings, MORNING))

    assert fields["Canonical"] == "https://haand.example.dk/.well-known/security.txt"


@pytest.mark.no_database
@pytest.mark.parametrize(
    "wrong", ["sikkerhed@example.dk", "http://example.dk", "mailto:a\nContact: mailto:b", "tel:"]
)
def test_a_contact_is_an_address_that_one_can_open(wrong: str):
    with pytest.raises(ValidationError):
        Settings(security_contact=wrong)
