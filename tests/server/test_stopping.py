"""What a server says in its log while it is stopped."""

import json
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import httpx2
import pytest

from tests.browser.server import free_port

pytestmark = [pytest.mark.no_database, pytest.mark.slow]

SERVER = """
import asyncio, os
from starlette.applications import Starlette
from starlette.routing import Route
from pwa.logs import set_up_logs
from pwa.server.server import listen, make_server, open_door
from pwa.web.live import Boards

async def never(_):
    print("asked", flush=True)
    await asyncio.Event().wait()

set_up_logs("info")
app = Starlette(routes=[Route("/never", never)])
listen(make_server(app, Boards(), "127.0.0.1"), open_door("127.0.0.1", int(os.environ["PORT"])))
"""


def test_the_log_of_a_stop_in_the_middle_of_a_request_has_its_numbers_filled_in(tmp_path: Path):
    port = free_port()
    with (tmp_path / "log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-c", SERVER],
            env={"PORT": str(port)},
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
        with process, httpx2.Client(transport=httpx2.HTTPTransport(retries=5), timeout=0.2) as asking:
            with suppress(httpx2.TransportError):
                asking.get(f"http://127.0.0.1:{port}/never")
            assert process.stdout
            assert process.stdout.readline() == "asked\n"
            process.send_signal(signal.SIGTERM)
            process.wait(20)
    said = [json.loads(line)["event"] for line in (tmp_path / "log").read_text().splitlines()]

    assert "Cancel 1 running task(s), timeout graceful shutdown exceeded" in said
    assert [event for event in said if "%" in event] == []
