"""A server that went back in time, met by a real phone: what had been delivered is delivered again, once."""

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.carer import DELIVERED, begin_the_day, open_visit, sign, visits, write_note
from tests.browser.kept import rows
from tests.browser.phone import Phone
from tests.browser.server import HOUSE, Server

NETWORK_IS_BACK = "dispatchEvent(new Event('online'))"


def command(server: Server, *arguments: str) -> None:
    """Carry out a command on the server's data."""
    settings = {**os.environ, "HAAND_DATA": str(server.data)}
    subprocess.run([sys.executable, "-m", "pwa", *arguments], cwd=HOUSE, env=settings, check=True)


def notes(server: Server) -> list[tuple[int, str]]:
    """The number and the words of each note that the server has, as the phone counted them."""
    with sqlite3.connect(f"file:{server.data / 'haand.sqlite3'}?mode=ro", uri=True) as database:
        return database.execute("select n, words from change order by n").fetchall()


@pytest.mark.main
def test_what_a_restored_server_lacks_comes_again_from_the_phone(
    a_phone: Phone, server: Server, tmp_path: Path
) -> None:
    carer = begin_the_day(a_phone, server)
    [visit, *_] = visits(a_phone)
    open_visit(a_phone, server, visit)
    write_note(a_phone, "Før kopien")
    expect(sign(a_phone)).to_contain_text(DELIVERED)
    command(server, "backup", str(tmp_path / "kopi.sqlite3"))
    for text in ("Efter kopien", "Også efter"):
        write_note(a_phone, text)
        expect(sign(a_phone)).to_contain_text(DELIVERED)
    server.stop()
    write_note(a_phone, "Uden server")
    command(server, "restore", str(tmp_path / "kopi.sqlite3"))
    before = notes(server)

    server.start()
    a_phone.evaluate(NETWORK_IS_BACK)
    expect(sign(a_phone)).to_contain_text(DELIVERED)

    written = ["Før kopien", "Efter kopien", "Også efter", "Uden server"]
    assert before == [(1, "Før kopien")]
    assert notes(server) == list(enumerate(written, 1))
    assert sorted(row["n"] for row in rows(a_phone, carer, "delivered")) == [1, 2, 3, 4]
    open_visit(a_phone, server, visit)
    expect(a_phone.page.locator(".note .words")).to_have_text(written)
