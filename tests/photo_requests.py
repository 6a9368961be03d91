"""Photos for tests, and how a phone sends them."""

import asyncio
import random
import struct
import zlib
from hashlib import sha256
from io import BytesIO
from typing import Any

import httpx2
from PIL import Image

from tests.small_town import Browser, Town


def name_of(content: bytes) -> str:
    """What a blob is called."""
    return sha256(content).hexdigest()


def photo(seed: int = 1, size: tuple[int, int] = (320, 240), kind: str = "JPEG", **save: Any) -> bytes:
    """A photo that does not pack well, the same each time; `save` is for pillow."""
    points = random.Random(seed).randbytes(size[0] * size[1] * 3)
    return written(Image.frombytes("RGB", size, points), kind, **save)


def written(image: Image.Image, kind: str = "JPEG", **save: Any) -> bytes:
    """An image as a file."""
    file = BytesIO()
    image.save(file, kind, **save)
    return file.getvalue()


def read(content: bytes) -> Image.Image:
    """A file as an image."""
    image = Image.open(BytesIO(content))
    image.load()
    return image


def flood(side: int) -> bytes:
    """A PNG of side x side points in two colours, which packs a thousandfold."""
    packer = zlib.compressobj(9)
    rows = b"".join(packer.compress(bytes(1 + side // 8)) for _ in range(side)) + packer.flush()
    head = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    chunks = [(b"IHDR", head), (b"IDAT", rows), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(png_chunk(*chunk) for chunk in chunks)


def png_chunk(kind: bytes, data: bytes) -> bytes:
    """A piece of a PNG file."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


async def put(browser: Browser, content: Any, name: str = "", **headers: str) -> httpx2.Response:
    """Send all of it at once; the name is its own, unless said."""
    path = f"/blobs/{name or name_of(content)}"
    return await browser.http.put(path, content=content, headers=_named(headers))


async def patch(
    browser: Browser, name: str, offset: int, part: Any, *, is_last: bool = False, **headers: Any
) -> httpx2.Response:
    """Send a part."""
    said = {"Upload-Offset": str(offset), "Upload-Complete": "?1" if is_last else "?0"}
    said["Content-Type"] = "application/partial-upload"
    return await browser.http.patch(f"/blobs/{name}", content=part, headers=said | _named(headers))


def _named(headers: dict[str, Any]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


async def progress(browser: Browser, name: str) -> tuple[int, str | None, str | None]:
    """The status, how far it has come, and whether that is all."""
    answer = await browser.http.head(f"/blobs/{name}")
    return answer.status_code, answer.headers.get("upload-offset"), answer.headers.get("upload-complete")


async def send_and_cut(
    town: Town, browser: Browser, content: bytes, offset: int, until: int, seconds: float = 0.05
) -> None:
    """Begin to send the rest from `offset`, and cut the connection before the byte `until`, so many seconds later."""
    head = (
        f"PATCH /blobs/{name_of(content)} HTTP/1.1\r\nHost: localhost\r\nCookie: {browser.cookie}\r\nSec-Fetch-Site: same-origin\r\n"
        f"Upload-Offset: {offset}\r\nUpload-Complete: ?1\r\nContent-Length: {len(content) - offset}\r\n\r\n"
    )
    address, _, port = town.origin.removeprefix("http://").partition(":")
    _, writer = await asyncio.open_connection(address, int(port))
    writer.write(head.encode() + content[offset:until])
    await writer.drain()
    await asyncio.sleep(seconds)
    writer.close()
    await writer.wait_closed()
