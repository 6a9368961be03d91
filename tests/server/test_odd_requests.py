"""Requests that no browser makes: two hosts, an address of another's, a header without measure. Each is told so at once."""

import asyncio
import json
from pathlib import Path

import pytest

from tests.small_town import Town, open_town

OURS = "https://haand.example.dk"
OK, WRONG_HOST, BROKEN, TOO_LARGE = (
    (200, ""),
    (400, "WrongHost"),
    (400, "BrokenBody"),
    (431, "HeaderTooLarge"),
)


async def told(town: Town, request: bytes) -> tuple[int, str]:
    """The status of the answer and the problem's code; an answer that does not come, or no end of it, is a failure."""
    reader, writer = await asyncio.open_connection("127.0.0.1", int(town.origin.rpartition(":")[2]))
    writer.write(request)
    async with asyncio.timeout(10):
        head = await reader.readuntil(b"\r\n\r\n")
        length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
        body = await reader.readexactly(int(length.partition(b":")[2]))
        if b"connection: close" in head.lower():
            assert await reader.read() == b""
    writer.close()
    is_problem = b"application/problem+json" in head
    return int(head[9:12]), json.loads(body)["code"] if is_problem else ""


def asking(*headers: str, target: str = "/healthz", method: str = "GET") -> bytes:
    """A request with these headers and no others."""
    return "\r\n".join([f"{method} {target} HTTP/1.1", *headers, "", ""]).encode("latin-1")


@pytest.mark.parametrize(
    "headers",
    [
        ["Host: localhost", "Host: localhost"],
        ["Host: localhost", "Host: evil.example"],
        ["Host: evil.example", "host: localhost"],
        [],
        ["Host:"],
        ["Host: evil.example@localhost"],
        ["Host: localhost/evil"],
        ["Host: localhost, evil.example"],
        ["Host: localhost:port"],
        ["Host: localhost:80:80"],
        ["Host: local host"],
        ["Host: l\xf8calhost"],
        ["Host: localhost#"],
        ["Host: .localhost"],
        ["Host: [::1"],
    ],
)
async def test_a_request_that_does_not_say_once_and_readably_whom_it_is_for_is_refused(
    town: Town, headers: list[str]
):
    assert await told(town, asking(*headers)) == WRONG_HOST


async def test_a_server_that_knows_its_name_answers_to_no_other(tmp_path: Path):
    async with open_town(tmp_path, origin=OURS) as town:
        ours = [await told(town, asking(f"Host: {name}")) for name in ("haand.example.dk", "HAAND.example.dk:443", "[::1]:8000", "127.0.0.1")]  # fmt: skip
        others = [await told(town, asking(f"Host: {name}")) for name in ("evil.example", "haand.example.dk.evil.example", "xhaand.example.dk")]  # fmt: skip

    assert ours == [OK] * 4
    assert others == [WRONG_HOST] * 3


@pytest.mark.parametrize("open_to_all", [False, True])
async def test_a_demo_for_this_machine_alone_is_reached_by_no_other_name(tmp_path: Path, open_to_all: bool):
    async with open_town(tmp_path, demo=True, open_to_all=open_to_all) as town:
        here = [
            await told(town, asking(f"Host: {name}")) for name in ("localhost:8000", "127.0.0.1", "[::1]")
        ]
        elsewhere = [
            await told(town, asking(f"Host: {name}")) for name in ("evil.example", "192.168.1.7:8000")
        ]

    assert here == [OK] * 3
    assert elsewhere == [OK if open_to_all else WRONG_HOST] * 2


@pytest.mark.parametrize(
    "target",
    ["http://evil.example/healthz", "http://localhost/healthz", "https://localhost/", "localhost:443", "*", "healthz"],
)  # fmt: skip
@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS", "CONNECT"])
async def test_an_address_with_a_host_in_it_is_refused(town: Town, target: str, method: str):
    assert await told(town, asking("Host: localhost", target=target, method=method)) == BROKEN


@pytest.mark.parametrize(
    "headers",
    [
        ["X-More: " + "x" * 70_000],
        ["Cookie: " + "x" * 70_000],
        [f"X-{n}: {'x' * 700}" for n in range(99)],
        [f"X-{n}: x" for n in range(200)],
        [f"X-{n}: x" for n in range(100)],
    ],
    ids=["70 kB in one", "a cookie of 70 kB", "70 kB in many", "200 headers", "one too many"],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_header_without_measure_is_told_so_also_when_it_comes_all_at_once(
    town: Town, method: str, headers: list[str]
):
    assert await told(town, asking("Host: localhost", *headers, method=method)) == TOO_LARGE


async def test_an_address_of_70_kilobytes_is_told_so(town: Town):
    assert await told(town, asking("Host: localhost", target="/healthz?" + "x" * 70_000)) == TOO_LARGE


async def test_as_many_headers_as_a_browser_and_its_proxies_send_are_taken(town: Town):
    headers = [f"X-{n}: {'x' * 600}" for n in range(99)]

    assert await told(town, asking("Host: localhost", *headers)) == OK


async def test_a_second_request_on_a_connection_is_measured_for_itself(town: Town):
    reader, writer = await asyncio.open_connection("127.0.0.1", int(town.origin.rpartition(":")[2]))
    request = asking("Host: localhost", "X-More: " + "x" * 40_000)
    async with asyncio.timeout(10):
        for _ in range(3):
            writer.write(request)
            assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 200")
            await reader.read(4096)
    writer.close()


async def test_a_version_that_is_not_spoken_is_refused(town: Town):
    assert await told(town, b"GET /healthz HTTP/2.0\r\nHost: localhost\r\n\r\n") == BROKEN
    assert await told(town, b"GET /healthz HTTP/1.0\r\nHost: localhost\r\n\r\n") == OK


async def answered(town: Town, head: list[str], trailer: list[str], target: str = "/sign-in") -> bytes:
    """The head of the answer to a request in pieces, with fields after the last one."""
    request = asking("Host: localhost", "Transfer-Encoding: chunked", *head, target=target)
    reader, writer = await asyncio.open_connection("127.0.0.1", int(town.origin.rpartition(":")[2]))
    writer.write(request + b"2\r\n{}\r\n0\r\n" + "\r\n".join([*trailer, "", ""]).encode())
    async with asyncio.timeout(10):
        answer = await reader.readuntil(b"\r\n\r\n")
    writer.close()
    return answer


async def test_what_comes_after_a_body_is_no_header(town: Town):
    session = (await town.sign_in("anna")).cookie
    in_head = await answered(town, [f"Cookie: {session}"], [], "/me")
    in_trailer = await answered(town, [], [f"Cookie: {session}"], "/me")

    assert (in_head[9:12], in_trailer[9:12]) == (b"200", b"303")
    assert b"strict-transport" in await answered(town, ["X-Forwarded-Proto: https"], [])
    assert b"strict-transport" not in await answered(town, [], ["X-Forwarded-Proto: https"])
    assert (await answered(town, [], ["Host: evil.example"]))[9:12] == b"200"


async def test_what_comes_after_a_body_has_an_end(town: Town):
    assert b" 431 " in await answered(town, [], [f"X-{n}: {'x' * 700}" for n in range(99)])


async def test_the_next_request_of_a_connection_has_its_headers(town: Town):
    first = asking("Host: localhost", "Transfer-Encoding: chunked", method="POST", target="/sync")
    second = asking("Host: localhost", "X-Forwarded-Proto: https", "Connection: close")
    reader, writer = await asyncio.open_connection("127.0.0.1", int(town.origin.rpartition(":")[2]))
    writer.write(first + b"2\r\n{}\r\n0\r\nX-More: x\r\n\r\n" + second)
    async with asyncio.timeout(10):
        answers = (await reader.read()).lower().split(b"http/1.1 ")[1:]
    writer.close()

    assert [b"strict-transport" in answer for answer in answers] == [False, True]
    assert answers[1].startswith(b"200")
