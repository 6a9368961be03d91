"""Clients that say a byte a second, read nothing or never end: they are given up, and nobody else waits for them.

The real server, with patience of a second; whoever is slow but comes along is served in peace.
"""

import asyncio
import json
import socket
import statistics
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from bench.generator import HOST, LENGTH
from bench.phone import Phone, count_applied
from bench.place import Place, copied
from bench.programs import Server, served
from bench.town import Town
from pwa.access.pages.authentication import COOKIE
from pwa.server.server import STOP_WITHIN
from tests.faults.storm import ask
from tests.machine import many_files
from tests.photo_requests import name_of, photo

PATIENT = {"HAAND_HEADER_SECONDS": "1", "HAAND_STALLED_SECONDS": "2"}
LASTS = 6.0
"""Seconds: longer than this server waits for anybody who brings or takes nothing."""
MORE_PATIENT = {"HAAND_HEADER_SECONDS": "25", "HAAND_STALLED_SECONDS": "25", "HAAND_IDLE_SECONDS": "600"}
"""For many to stand there together, also on a busy machine."""
SOON = 90.0
"""Seconds after which nobody is slow any more, also on a busy machine; a byte a second would take many minutes."""

MANY = 700
TIMES_AS_LONG, MORE = 3, 0.02
"""So much longer than usual, and so many seconds on top, may a push take while thousands are slow."""

ALL_BUFFERS = 10_000_000
"""Bytes: more than two sockets and the server keep of what is on its way."""
BIGGER_THAN_ANY_BUFFER = 400
"""Answers of some 60 kB: together more than a machine keeps for somebody who does not read."""

ESTABLISHED = "01"
PROBLEM = "application/problem+json"
PHOTO = photo(size=(400, 300))
"""Some 60 kB: longer on its way than a whole answer may take, at this pace."""


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


class Slow(asyncio.Protocol):
    """A client that is told something, and hung up on; what it heard before a reset is not forgotten."""

    def __init__(self) -> None:
        self.said = b""
        self.hung_up: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def data_received(self, data: bytes) -> None:
        self.said += data

    def connection_lost(self, error: Exception | None) -> None:
        if not self.hung_up.done():
            self.hung_up.set_result(None)


async def trickle(port: int, first: bytes, rest: bytes, every: float = 1.0) -> Ended:
    """Say something at once and the rest a byte at a time, until the server hangs up."""
    began = time.monotonic()
    transport, slow = await asyncio.get_running_loop().create_connection(Slow, HOST, port)
    transport.write(first)

    async def go_on() -> None:
        for byte in rest:
            await asyncio.sleep(every)
            transport.write(bytes([byte]))

    going_on = asyncio.create_task(go_on())
    try:
        await asyncio.wait_for(slow.hung_up, 2 * SOON)
    finally:
        going_on.cancel()
        transport.close()
    return told(slow.said, time.monotonic() - began)


@asynccontextmanager
async def reading_nothing(port: int, request: bytes) -> AsyncIterator[socket.socket]:
    """Somebody who asks for far more than is kept for them, and takes none of it by themselves."""
    loop = asyncio.get_running_loop()
    with socket.socket() as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.setblocking(False)
        await loop.sock_connect(client, (HOST, port))
        await loop.sock_sendall(client, request)
        yield client


async def big_requests(port: int) -> bytes:
    """One client's requests for the largest file of the build, again and again."""
    worker = await ask(port, request("GET", "/service_worker.js", port))
    assert worker
    build = worker.body.partition(b"/build/")[2].partition(b"/")[0].decode()
    return request("GET", f"/build/{build}/templates.js", port) * BIGGER_THAN_ANY_BUFFER


def request(method: str, path: str, port: int, *headers: str) -> bytes:
    """The head of a request."""
    ours = (f"Host: localhost:{port}", "Sec-Fetch-Site: same-origin")
    return "\r\n".join([f"{method} {path} HTTP/1.1", *ours, *headers, "", ""]).encode()


def connections(port: int) -> int:
    """How many connections there are at a port (/proc/net/tcp: local address, remote address, state)."""
    rows = (line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:])
    return sum(row[1].endswith(f":{port:04X}") and row[3] == ESTABLISHED for row in rows)


async def push(port: int, phone: Phone, first: int) -> float:
    """A push of one change, which must be applied: the seconds that it took."""
    answer = await ask(port, phone.sync(port, phone.changes[first : first + 1]))
    assert answer
    assert count_applied(answer) == 1
    return answer.seconds


async def keep_alive(port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A connection on which one request was answered, and which stays."""
    reader, writer = await asyncio.open_connection(HOST, port)
    await is_answered(reader, writer, port)
    return reader, writer


async def is_answered(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, port: int) -> bool:
    """Whether a connection that was kept still is one."""
    with suppress(OSError, EOFError):
        writer.write(request("GET", "/healthz", port))
        head = await reader.readuntil(b"\r\n\r\n")
        length = LENGTH.search(head)
        assert length
        await reader.readexactly(int(length[1]))
        return head.startswith(b"HTTP/1.1 200 ")
    return False


# Those who are given up -----------------------------------------------------------------------------------


@pytest.mark.wall_clock
@pytest.mark.many_files
def test_an_honest_phone_waits_no_longer_though_thousands_are_slow_or_idle_and_the_slow_are_given_up(
    faults_town: Town, place: Place
):
    other, phone = faults_town.phones[:2]

    async def tell(port: int) -> tuple[list[float], list[float], list[Ended], list[Ended], list[bool]]:
        head, body = phone.sync(port, phone.changes[:40]).split(b"\r\n\r\n")
        begun = head + b"\r\n\r\n" + body[:9]
        nothing = await big_requests(port)
        usual = [await push(port, other, number) for number in range(20)]
        async with AsyncExitStack() as stack:
            idle = [await keep_alive(port) for _ in range(MANY)]
            for _, writer in idle:
                stack.callback(writer.close)
            for _ in range(20):
                await stack.enter_async_context(reading_nothing(port, nothing))
            heads = [asyncio.create_task(trickle(port, head[:9], head[9:])) for _ in range(MANY)]
            bodies = [asyncio.create_task(trickle(port, begun, body[9:])) for _ in range(MANY)]
            await asyncio.sleep(2)
            while not await ask(port, request("GET", "/readyz", port)):
                pass  # hundreds of them are still being asked who they are
            slowly = [await push(port, other, number) for number in range(20, 40)]
            there = connections(port)
            ended = await asyncio.gather(*heads), await asyncio.gather(*bodies)
            until = time.monotonic() + SOON
            while connections(port) > MANY:
                assert time.monotonic() < until, "somebody is kept"
                await asyncio.sleep(0.1)
            assert there >= 3 * MANY, "they were given up before anybody could wait for them"
            still_there = [await is_answered(*each, port) for each in idle]
            return usual, slowly, *ended, still_there

    with many_files(), served(place, MORE_PATIENT) as server:
        usual, slowly, heads, bodies, still_there = asyncio.run(tell(server.port))

    assert statistics.median(slowly) < TIMES_AS_LONG * statistics.median(usual) + MORE
    for slow in (heads, bodies):
        assert {(end.status, end.code, end.kind) for end in slow} == {(408, "TooSlow", PROBLEM)}
        assert max(end.seconds for end in slow) < SOON
    assert still_there == [True] * MANY


def test_who_says_nothing_is_hung_up_on_without_a_word(server: Server):
    ended = asyncio.run(trickle(server.port, b"", b""))

    assert (ended.status, ended.seconds < SOON) == (0, True)


def test_who_is_refused_and_goes_on_sending_is_not_listened_to(server: Server):
    head = request("POST", "/sync", server.port, "Content-Length: 1000")

    ended = asyncio.run(trickle(server.port, head, b"x" * 1000, every=0.2))

    assert (ended.status, ended.code) == (401, "NotSignedIn")
    assert ended.seconds < SOON


def test_a_header_that_is_too_large_is_told_so(server: Server):
    head = request("GET", "/", server.port)[:-2] + (b"x-more: " + b"x" * 990 + b"\r\n") * 70

    ended = asyncio.run(trickle(server.port, head, b""))

    assert (ended.status, ended.code, ended.kind) == (431, "HeaderTooLarge", PROBLEM)


@pytest.mark.parametrize(
    ("begin", "more"),
    [
        ("GET / HTTP/1.1\r\nHost: localhost\r\n", "x-more: " + "x" * 990 + "\r\n"),
        ("GET /" + "x" * 990, "x" * 1000),
        ("POST /sync HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n", "1;" + "x" * 990 + "\r\nx\r\n"),
    ],
    ids=["headers", "address", "what stands between the pieces of a body"],
)  # fmt: skip
def test_who_never_ends_is_cut_off_before_anything_of_it_fills_the_memory(
    server: Server, begin: str, more: str
):
    async def tell() -> int:
        _, writer = await asyncio.open_connection(HOST, server.port)
        writer.write(begin.encode())
        sent = 0
        with suppress(ConnectionError):
            while sent < 50_000_000:
                writer.write(more.encode())
                await writer.drain()
                sent += len(more)
        writer.close()
        return sent

    sent = asyncio.run(tell())

    assert sent < ALL_BUFFERS


def test_what_is_no_request_is_told_so(server: Server):
    ended = asyncio.run(trickle(server.port, b"hello?\r\n\r\n", b""))

    assert (ended.status, ended.code, ended.kind) == (400, "BrokenBody", PROBLEM)


# Those who are not ----------------------------------------------------------------------------------------


def test_a_photo_that_comes_slowly_but_comes_is_taken(faults_town: Town, server: Server):
    cookie = f"Cookie: {COOKIE}={faults_town.phones[2].token}"
    head = request("PUT", f"/blobs/{name_of(PHOTO)}", server.port, cookie, f"Content-Length: {len(PHOTO)}")

    async def tell() -> bytes:
        reader, writer = await asyncio.open_connection(HOST, server.port)
        writer.write(head)
        for first in range(0, len(PHOTO), 2500):
            writer.write(PHOTO[first : first + 2500])
            await asyncio.sleep(0.25)
        answer = await reader.readuntil(b"\r\n\r\n")
        writer.close()
        return answer

    answer = asyncio.run(tell())

    assert answer.startswith(b"HTTP/1.1 201 ")


def test_a_board_listens_for_as_long_as_it_likes(faults_town: Town, server: Server):
    live = request("GET", "/board/live", server.port, f"Cookie: {COOKIE}={faults_town.tablets[0].token}")
    team = faults_town.tablets[0].team_id
    phone = next(phone for phone in faults_town.phones[3:] if team in phone.team_ids)

    async def tell() -> None:
        reader, writer = await asyncio.open_connection(HOST, server.port)
        writer.write(live)
        await reader.readuntil(b"event: hello")
        await asyncio.sleep(LASTS)
        await push(server.port, phone, 0)
        await asyncio.wait_for(reader.readuntil(f"event: carer-{phone.person_id}".encode()), SOON)
        writer.close()

    asyncio.run(tell())


def test_a_photo_that_is_taken_slowly_but_taken_is_given_whole(faults_town: Town, server: Server):
    content = photo(size=(4000, 3000))
    path, cookie = f"/blobs/{name_of(content)}", f"Cookie: {COOKIE}={faults_town.phones[2].token}"
    head = request("PUT", path, server.port, cookie, f"Content-Length: {len(content)}")

    async def tell() -> tuple[int, int]:
        loop, began, came = asyncio.get_running_loop(), time.monotonic(), b""
        put = await ask(server.port, head + content)
        assert put
        assert put.status == 201
        async with reading_nothing(server.port, request("GET", path, server.port, cookie)) as client:
            while more := await loop.sock_recv(client, 80_000):
                came += more
                if time.monotonic() - began < LASTS:
                    await asyncio.sleep(0.05)
                elif len(came) >= whole_of(came):
                    break
        return len(came), whole_of(came)

    came, whole = asyncio.run(tell())

    assert whole > 5_000_000, "all of it is in the machine's own buffers"
    assert came == whole


def whole_of(came: bytes) -> int:
    """How long an answer says that it is, its head included."""
    length = LENGTH.search(came)
    assert length
    return came.index(b"\r\n\r\n") + 4 + int(length[1])


# Limits and the end ---------------------------------------------------------------------------------------


def test_one_connection_too_many_is_told_to_come_back_and_later_it_may(faults_town: Town, place: Place):
    with served(place, {"HAAND_CONNECTIONS": "10"}) as server:
        ready = request("GET", "/healthz", server.port)

        async def tell() -> tuple[Ended, bool, int]:
            others = [await asyncio.open_connection(HOST, server.port) for _ in range(10)]
            refused = await trickle(server.port, b"", b"")
            is_there = await is_answered(*others[1], server.port)
            others[0][1].close()
            await asyncio.sleep(0.1)
            answer = await ask(server.port, ready)
            for _, writer in others:
                writer.close()
            return refused, is_there, answer.status if answer else 0

        refused, is_there, later = asyncio.run(tell())

    assert (refused.status, refused.code, refused.kind) == (503, "TooManyConnections", PROBLEM)
    assert (is_there, later) == (True, 200)


@pytest.mark.wall_clock
def test_a_server_stops_in_its_usual_time_whoever_is_slow(faults_town: Town, place: Place):
    phone = faults_town.phones[0]
    with served(place) as server:
        whole = phone.sync(server.port, phone.changes[:40])

        async def tell() -> tuple[float, list[Ended]]:
            async with AsyncExitStack() as stack:
                await stack.enter_async_context(reading_nothing(server.port, await big_requests(server.port)))
                slow = [
                    asyncio.create_task(trickle(server.port, whole[:end], whole[end:])) for end in (9, -9)
                ]
                await asyncio.sleep(0.3)
                began = time.monotonic()
                await asyncio.to_thread(server.stop)
                took = time.monotonic() - began
                return took, await asyncio.gather(*slow)

        took, ended = asyncio.run(tell())

    assert took < STOP_WITHIN + 4
    assert [end.status for end in ended] == [0, 0], "a phone would not send it again at once"
