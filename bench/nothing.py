"""A server like ours with one route that reads what it is sent and does nothing. `python -m bench.nothing`, on PORT."""

import os

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from pwa.server.server import listen, make_server, open_door
from pwa.web.live import Boards


async def do_nothing(request: Request) -> Response:
    """An empty answer."""
    await request.body()
    return Response("{}", media_type="application/json")


async def show_ready(_: Request) -> Response:
    """It listens."""
    return Response("ready")


if __name__ == "__main__":
    app = Starlette(routes=[Route("/sync", do_nothing, methods=["POST"]), Route("/readyz", show_ready)])
    listen(make_server(app, Boards(), "127.0.0.1"), open_door("127.0.0.1", int(os.environ["PORT"])))
