"""Clients that say a byte a second, read nothing or never end: they are given up, and nobody else waits for them.

The real server, with patience of a second; whoever is slow but comes along is served in peace.
"""

import asyncio
import json
import socket
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from bench.generator import HOST
from bench.phone import Phone, count_applied
from bench.place import Place, copied
from bench.programs import Server, served
from bench.town import Town
from pwa.pages.sign_in import COOKIE
from tests.faults.storm import ask
from tests.photos import name_of, photo

pytestmark = pytest.mark.sqlite

PATIENT = {"HAAND_HEADER_SECONDS": "1", "HAAND_STALLED_SECONDS": "1"}
LONGEST = 4.0
"""Seconds after which nobody is slow any more: the server looks once a second, and twice at who takes nothing."""
SLOW = 100
FAST = 1.0
"""Seconds in which a push is answered although so many are slow."""
BIGGER_THAN_ANY_BUFFER = 400
"""Answers of some 60 kB: together more than a machine keeps for somebody who does not read."""

PROBLEM = "application/problem+json"
PHOTO = photo(size=(200, 150))


@pytest.fixture(scope="module")
def patient(faults_town: Town) -> Iterator[tuple[Place, Server]]:
    """The real server, which waits a second."""
    with copied(faults_town.synced) as place, served(place, PATIENT) as server:
        yield place, server


@pytest.fixture
def server(patient: tuple[Place, Server]) -> Server:
    """The same, whose place does not matter."""
    return patient[1]


@dataclass(frozen=True)
class Ended:
    """What a client was told until the server hung up, and after how many seconds that was."""

    status: int
    code: str
    kind: str
    seconds: float


def told(said: bytes, seconds: float) -> Ended:
    """What the last words of a server were."""
    head, _, body = said.partition(b"\r\n\r\n")
    if not body:
        return Ended(0, "", "", seconds)
    kind = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-type: "))
    return Ended(int(head[9:12]), json.loads(body)["code"], kind[14:].decode(), seconds)


async def trickle(port: int, first: bytes, rest: bytes, every: float = 1.0) -> Ended:
    """Say something at once and the rest a byte at a time, until the server hangs up."""
    began = time.monotonic()
    reader, writer = await asyncio.open_connection(HOST, port)
    writer.write(first)

    async def go_on() -> None:
        for byte in rest:
            await asyncio.sleep(every)
            writer.write(bytes([byte]))

    going_on = asyncio.create_task(go_on())
    try:
        said = await asyncio.wait_for(reader.read(), 15)
    except ConnectionError:
        said = b""
    going_on.cancel()
    writer.close()
    return told(said, time.monotonic() - began)


@asynccontextmanager
async def reading_nothing(port: int, request: bytes) -> AsyncIterator[None]:
    """Somebody who asks for far more than is kept for them, and takes none of it."""
    loop = asyncio.get_running_loop()
    with socket.socket() as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.setblocking(False)
        await loop.sock_connect(client, (HOST, port))
        await loop.sock_sendall(client, request)
        yield


async def big_requests(port: int) -> bytes:
    """One client's requests for the largest file of the build, again and again."""
    worker = await ask(port, request("GET", "/service_worker.js", port))
    assert worker
    build = worker.body.partition(b"/build/")[2].partition(b"/")[0].decode()
    return request("GET", f"/build/{build}/templates.js", port) * BIGGER_THAN_ANY_BUFFER


def request(method: str, path: str, port: int, *headers: str) -> bytes:
    """The head of a request."""
    return "\r\n".join([f"{method} {path} HTTP/1.1", f"Host: localhost:{port}", *headers, "", ""]).encode()


def connections(server: Server) -> int:
    """How many sockets the server has open."""
    return sum(is_socket(link) for link in Path(f"/proc/{server.pid}/fd").iterdir())


def is_socket(link: Path) -> bool:
    """Whether a file of a process is one; it may be closed meanwhile."""
    try:
        return str(link.readlink()).startswith("socket:")
    except OSError:
        return False


async def push(port: int, phone: Phone, first: int) -> float:
    """A push of one change, which must be applied: the seconds that it took."""
    answer = await ask(port, phone.sync(port, phone.changes[first : first + 1]))
    assert answer
    assert count_applied(answer) == 1
    return answer.seconds


# Those who are given up -----------------------------------------------------------------------------------


def test_others_are_answered_fast_while_many_say_a_byte_a_second_or_read_nothing_and_these_are_given_up(
    faults_town: Town, server: Server
):
    port, phone, other = server.port, *faults_town.phones[:2]
    head, body = phone.sync(port, phone.changes[:40]).split(b"\r\n\r\n")

    async def tell() -> tuple[list[Ended], list[Ended], list[float]]:
        async with AsyncExitStack() as stack:
            nothing = await big_requests(port)
            for _ in range(20):
                await stack.enter_async_context(reading_nothing(port, nothing))
            heads = [asyncio.create_task(trickle(port, head[:9], head[9:])) for _ in range(SLOW)]
            bodies = [
                asyncio.create_task(trickle(port, head + b"\r\n\r\n" + body[:9], body[9:]))
                for _ in range(SLOW)
            ]
            fast = [await push(port, other, number) for number in range(20)]
            assert connections(server) > 2 * SLOW, "they were given up before anybody could wait for them"
            ended = await asyncio.gather(*heads), await asyncio.gather(*bodies)
            until = time.monotonic() + LONGEST
            while connections(server) > quiet:
                assert time.monotonic() < until, "somebody is kept"
                await asyncio.sleep(0.1)
            return *ended, fast

    quiet = connections(server)
    heads, bodies, fast = asyncio.run(tell())

    print('DBG', max(fast))
    assert max(fast) < FAST
    for slow in (heads, bodies):
        assert {(end.status, end.code, end.kind) for end in slow} == {(408, "TooSlow", PROBLEM)}
        assert max(end.seconds for end in slow) < LONGEST


def test_who_says_nothing_is_hung_up_on_without_a_word(server: Server):
    ended = asyncio.run(trickle(server.port, b"", b""))

    assert (ended.status, ended.seconds < LONGEST) == (0, True)


def test_who_is_refused_and_goes_on_sending_is_not_listened_to(server: Server):
    head = request("POST", "/sync", server.port, "Content-Length: 1000")

    ended = asyncio.run(trickle(server.port, head, b"x" * 1000, every=0.2))

    assert (ended.status, ended.code) == (401, "NotSignedIn")
    assert ended.seconds < LONGEST


def test_a_header_without_end_is_too_large_before_it_is_too_slow(server: Server):
    async def tell() -> tuple[Ended, int]:
        sent = 0
        reader, writer = await asyncio.open_connection(HOST, server.port)
        writer.write(request("GET", "/", server.port)[:-2])
        with suppress(ConnectionError):
            for _ in range(10_000):
                writer.write(b"x-more: " + b"x" * 1000 + b"\r\n")
                await writer.drain()
                sent += 1010
        said = b""
        with suppress(ConnectionError):
            said = await reader.read()
        writer.close()
        return told(said, 0), sent

    ended, sent = asyncio.run(tell())

    print('DBG', ended, sent)
    assert ended.status in (431, 0)  # a reset may overtake the answer
    assert sent < 9_000_000


# Those who are not ----------------------------------------------------------------------------------------


def test_a_photo_that_comes_slowly_but_comes_is_taken(faults_town: Town, server: Server):
    cookie = f"Cookie: {COOKIE}={faults_town.phones[2].token}"
    head = request("PUT", f"/blobs/{name_of(PHOTO)}", server.port, cookie, f"Content-Length: {len(PHOTO)}")

    async def tell() -> tuple[bytes, float]:
        began = time.monotonic()
        reader, writer = await asyncio.open_connection(HOST, server.port)
        writer.write(head)
        for first in range(0, len(PHOTO), 1500):
            writer.write(PHOTO[first : first + 1500])
            await asyncio.sleep(0.5)
        answer = await reader.readuntil(b"\r\n\r\n")
        writer.close()
        return answer, time.monotonic() - began

    answer, seconds = asyncio.run(tell())

    assert answer.startswith(b"HTTP/1.1 201 ")
    assert seconds > LONGEST


def test_a_board_listens_for_as_long_as_it_likes(faults_town: Town, server: Server):
    live = request("GET", "/board/live", server.port, f"Cookie: {COOKIE}={faults_town.tablets[0].token}")
    team = faults_town.tablets[0].team_id
    phone = next(phone for phone in faults_town.phones[3:] if team in phone.team_ids)

    async def tell() -> None:
        reader, writer = await asyncio.open_connection(HOST, server.port)
        writer.write(live)
        await reader.readuntil(b"event: hello")
        await asyncio.sleep(LONGEST)
        await push(server.port, phone, 0)
        await asyncio.wait_for(reader.readuntil(f"event: carer-{phone.person_id}".encode()), 2)
        writer.close()

    asyncio.run(tell())


# Limits and the end ---------------------------------------------------------------------------------------


def test_one_connection_too_many_is_told_to_come_back_and_later_it_may(faults_town: Town, place: Place):
    with served(place, {"HAAND_CONNECTIONS": "10"}) as server:
        ready = request("GET", "/healthz", server.port)

        async def tell() -> tuple[Ended, int]:
            others = [await asyncio.open_connection(HOST, server.port) for _ in range(10)]
            refused = await trickle(server.port, b"", b"")
            others[0][1].close()
            await asyncio.sleep(0.1)
            answer = await ask(server.port, ready)
            for _, writer in others:
                writer.close()
            return refused, answer.status if answer else 0

        refused, later = asyncio.run(tell())

    assert (refused.status, refused.code, refused.kind) == (503, "TooManyConnections", PROBLEM)
    assert later == 200


def test_a_server_stops_within_a_second_whoever_is_slow(faults_town: Town, place: Place):
    phone = faults_town.phones[0]
    with served(place) as server:
        whole = phone.sync(server.port, phone.changes[:40])

        async def tell() -> float:
            async with AsyncExitStack() as stack:
                await stack.enter_async_context(reading_nothing(server.port, await big_requests(server.port)))
                slow = [
                    asyncio.create_task(trickle(server.port, whole[:end], whole[end:])) for end in (9, -9)
                ]
                await asyncio.sleep(0.3)
                began = time.monotonic()
                await asyncio.to_thread(server.stop)
                took = time.monotonic() - began
                await asyncio.gather(*slow)
                return took

        took = asyncio.run(tell())

    print('DBG took', took)
    assert took < 1
