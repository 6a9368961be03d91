"""What patience takes of uvicorn's insides, which no version promises to keep: each of it is there."""

import ast
import asyncio
import tomllib
from importlib.metadata import version
from pathlib import Path

import pytest
import uvicorn
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from pwa.server import server as server_module
from pwa.server import slow_clients as patience_module
from pwa.server.slow_clients import ClientLimits, Connection, LimitedConfig

pytestmark = pytest.mark.no_database

UVICORN = f"uvicorn {version('uvicorn')}"
CHECK = "Read pwa/server/slow_clients.py and pwa/server/server.py against this version, run tests/faults/test_slow_clients.py, then pin it."
OVERRIDDEN = {"send_400_response"}
"""What is not done besides uvicorn's but instead of it."""


def names_after(start: str, module: Path) -> set[str]:
    """Every name that a module takes of something, e.g. of `self.cycle`."""
    tree = ast.parse(module.read_text("utf-8"))
    return {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) == start
    }


def missing(thing: object, names: set[str]) -> list[str]:
    """Those of the names that something does not have."""
    return sorted(name for name in names if not hasattr(thing, name))


async def wait_for_body(scope: Scope, receive: Receive, send: Send) -> None:
    """An application that is still being told."""
    while True:
        await receive()


async def connection_in_a_request() -> HttpToolsProtocol:
    """One of uvicorn's own, as it is while a body comes."""
    config = LimitedConfig(wait_for_body, ClientLimits(), lifespan="off", log_config=None, ws="none")
    made: list[HttpToolsProtocol] = []

    def make() -> HttpToolsProtocol:
        made.append(HttpToolsProtocol(config, ServerState(), {}))
        return made[-1]

    server = await asyncio.get_running_loop().create_server(make, "127.0.0.1", 0)
    _, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
    writer.write(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n")
    while not made or made[0].cycle is None:  # noqa: ASYNC110 - uvicorn has no event for it
        await asyncio.sleep(0.001)
    for task in made[0].tasks:
        task.cancel()
    await asyncio.wait(made[0].tasks)
    writer.close()
    server.close()
    return made[0]


def test_uvicorn_is_pinned_to_the_version_that_is_here():
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text("utf-8"))

    pinned = next(each for each in project["project"]["dependencies"] if each.startswith("uvicorn"))

    assert pinned == f"uvicorn=={version('uvicorn')}", f"{pinned}, but {UVICORN} is installed. {CHECK}"


async def test_all_that_patience_takes_of_a_connection_is_there():
    connection = await connection_in_a_request()
    patience, server = (Path(module.__file__ or "") for module in (patience_module, server_module))
    ours = vars(Connection).keys() | {"patience"}  # a setting of our own

    takes = {
        "a connection's class": (
            HttpToolsProtocol,
            OVERRIDDEN | names_after("super()", patience) - {"__init__"},
        ),
        "a connection": (connection, names_after("self", patience) - ours),
        "its cycle": (connection.cycle, names_after("self.cycle", patience) | names_after("cycle", patience)),
        "its flow": (connection.flow, names_after("self.flow", patience)),
        "a server's class": (uvicorn.Server, names_after("super()", server) - {"__init__"}),
        "a server's state": (ServerState(), names_after("self.server_state", server)),
    }

    gone = {what: missing(thing, names) for what, (thing, names) in takes.items() if missing(thing, names)}
    assert not gone, f"{UVICORN} lacks what our patience stands on: {gone}. {CHECK}"
    assert all(names for _, names in takes.values())
