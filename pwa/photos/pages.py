"""Knows how photos are sent and fetched over HTTP; knows nothing of how they are kept and who may see them.

An upload goes on where it was cut, in the words of Resumable Uploads for HTTP
(draft-ietf-httpbis-resumable-upload). A blob's address is known before it is there, so nothing is created first:

- HEAD says `Upload-Complete: ?1` once the blob is durable here, else `?0` and how far it has come in `Upload-Offset`;
  404 when nothing has.
- PATCH with `Upload-Offset` adds what comes next; `Upload-Complete: ?1` says that it is the rest. An answer of 204
  is progress; 201 is all of it, durable; 200 is all of it, and had been before. 409 says in `Upload-Offset` where the
  next part begins. What came before a connection was cut is kept: ask by HEAD, then go on.
- PUT sends all of it at once, from the beginning. Cut, it goes on with PATCH.
- DELETE gives an unfinished upload up.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable

from starlette.endpoints import HTTPEndpoint
from starlette.requests import ClientDisconnect
from starlette.responses import Response, StreamingResponse

from pwa.access.pages.authentication import signed_in
from pwa.audit.access_event import AccessEvent
from pwa.audit.record import record_hourly
from pwa.care.documents.access_purpose import purpose_of
from pwa.logs import log
from pwa.photos.problems import EnoughForToday, NoRoomForPhotos, PhotoTooLarge, WrongOffset
from pwa.photos.queries import Photo, list_visits_of_photo
from pwa.photos.quota import check_quota
from pwa.photos.receive import find_photo, receive_photo
from pwa.photos.uploads import MOST_BYTES, Uploads
from pwa.problems import NotFound, Problem
from pwa.web.problem_responses import answer_problem
from pwa.web.problems import BrokenBody, NotAsDescribed
from pwa.web.requests import AppRequest, now_of
from pwa.words import Person

NAME = re.compile(r"[0-9a-f]{64}")
NUMBER = re.compile(r"[0-9]{1,15}")
A_GB = 1_000_000_000
AT_ONCE = 256 * 1024
"""So many bytes are gathered before they are written."""

REFUSED_UNREAD = (PhotoTooLarge, EnoughForToday, NoRoomForPhotos)

PHOTO_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
    "Content-Disposition": "inline",
}
"""A browser keeps no photo outside of the vault."""


async def show_progress(request: AppRequest) -> Response:
    """HEAD: whether the blob is here, and how far one's own upload has come."""
    person, sha256 = await signed_in(request), _name(request)
    photo, blobs = await _find(request, person, sha256), request.state.app.blobs
    if photo and await blobs.store.has(photo.stored_as):
        headers = _photo_headers(photo) | {"Content-Length": str(photo.stored_bytes)}
        return Response(headers=headers | (_progress(photo.bytes, True) if photo.is_own else {}))
    offset = await asyncio.to_thread(blobs.parts.offset, person.id, sha256)
    if offset is None:
        raise NotFound
    return Response(status_code=204, headers=_progress(offset, False))


async def show_blob(request: AppRequest) -> Response:
    """GET: a photo that this person may see."""
    person, sha256 = await signed_in(request), _name(request)
    photo = await _find(request, person, sha256)
    await _record_photo(request, person, sha256, photo is not None)
    if photo is None:
        raise NotFound
    headers = _photo_headers(photo)
    if request.headers.get("if-none-match") == headers["ETag"]:
        return Response(status_code=304, headers=headers)
    stored = await request.state.app.blobs.store.get(photo.stored_as)
    if stored is None:
        log.error("a photo is not where it was stored")
        raise NotFound
    return StreamingResponse(stored.pieces, headers=headers | {"Content-Length": str(stored.size)})


async def do_send_part(request: AppRequest) -> Response:
    """PATCH: the next part of an upload, perhaps the last."""
    return await _refusing(request, _send_part)


async def do_send_whole(request: AppRequest) -> Response:
    """PUT: all of a blob at once."""
    return await _refusing(request, _send_whole)


async def do_give_up(request: AppRequest) -> Response:
    """DELETE: throw one's own unfinished upload away."""
    person, sha256 = await signed_in(request), _name(request)
    if not await asyncio.to_thread(request.state.app.blobs.parts.discard, person.id, sha256):
        raise NotFound
    return Response(status_code=204)


class Blob(HTTPEndpoint):
    """One address, five methods; any other is told which there are."""

    head = staticmethod(show_progress)
    get = staticmethod(show_blob)
    patch = staticmethod(do_send_part)
    put = staticmethod(do_send_whole)
    delete = staticmethod(do_give_up)


async def _send_part(request: AppRequest) -> Response:
    person, sha256 = await signed_in(request), _name(request)
    offset, is_last = _offset(request), _is_last(request)
    if delivered := await _delivered(request, person, sha256):
        return delivered
    return await _send(request, person, sha256, offset, is_last)


async def _send_whole(request: AppRequest) -> Response:
    person, sha256 = await signed_in(request), _name(request)
    if delivered := await _delivered(request, person, sha256):
        return delivered
    _check_length(request, 0)
    await asyncio.to_thread(request.state.app.blobs.parts.discard, person.id, sha256)
    return await _send(request, person, sha256, 0, True)


async def _send(request: AppRequest, person: Person, sha256: str, offset: int, is_last: bool) -> Response:
    """Take in what comes. A last part that is cut is no last part."""
    app, now = request.state.app, now_of(request)
    most_in_all = app.settings.photos_gb * A_GB
    _check_length(request, offset)
    async with app.database.snapshot() as tx:
        await check_quota(tx, app.blobs.stored, person.id, most_in_all, now)
    offset = await _take_in(request, app.blobs.parts, person.id, sha256, offset)
    if not is_last:
        return Response(status_code=204, headers=_progress(offset, False))
    size = await receive_photo(app.database, app.blobs, person, sha256, most_in_all, now, app.new_id)
    return Response(status_code=201, headers=_progress(size, True))


async def _take_in(request: AppRequest, parts: Uploads, person_id: str, sha256: str, offset: int) -> int:
    """Write down what comes while it comes, also when it ends too early; how far the upload is then."""
    offset = await asyncio.to_thread(parts.append, person_id, sha256, offset, b"")
    gathered = bytearray()
    try:
        async for chunk in request.stream():
            gathered += chunk
            if len(gathered) >= AT_ONCE:
                offset = await asyncio.to_thread(parts.append, person_id, sha256, offset, bytes(gathered))
                gathered.clear()
    except ClientDisconnect:
        await asyncio.to_thread(parts.append, person_id, sha256, offset, bytes(gathered))
        raise
    return await asyncio.to_thread(parts.append, person_id, sha256, offset, bytes(gathered))


async def _refusing(request: AppRequest, send: Callable[[AppRequest], Awaitable[Response]]) -> Response:
    """The answer; a no says where the next part begins, and does not wait for a body without end."""
    try:
        return await send(request)
    except ClientDisconnect:
        return Response(status_code=400)  # to nobody
    except Problem as problem:
        answer = answer_problem(request, problem)
        if isinstance(problem, WrongOffset):
            answer.headers.update(_progress(problem.offset, False))
        if isinstance(problem, REFUSED_UNREAD) and "content-length" not in request.headers:
            answer.headers["Connection"] = "close"
        return answer


async def _find(request: AppRequest, person: Person, sha256: str) -> Photo | None:
    async with request.state.app.database.snapshot() as tx:
        return await find_photo(tx, person, sha256)


async def _delivered(request: AppRequest, person: Person, sha256: str) -> Response | None:
    """The answer when this person has sent all of it before; the answer to that may have been lost."""
    photo = await _find(request, person, sha256)
    if photo and photo.is_own and await request.state.app.blobs.store.has(photo.stored_as):
        return Response(headers=_progress(photo.bytes, True))
    return None


def _name(request: AppRequest) -> str:
    name: str = request.path_params["sha256"]
    if not NAME.fullmatch(name):
        raise NotFound
    return name


def _offset(request: AppRequest) -> int:
    said = request.headers.get("upload-offset", "")
    if not NUMBER.fullmatch(said):
        raise NotAsDescribed
    return int(said)


def _is_last(request: AppRequest) -> bool:
    said = request.headers.get("upload-complete", "?0")
    if said not in ("?0", "?1"):
        raise NotAsDescribed
    return said == "?1"


def _check_length(request: AppRequest, offset: int) -> None:
    """Refuse before it is sent what would be too large or is packed; raises PhotoTooLarge or BrokenBody."""
    if request.headers.get("content-encoding", "identity") != "identity":
        raise BrokenBody
    for length in (request.headers.get("upload-length", "0"), request.headers.get("content-length", "0")):
        if not NUMBER.fullmatch(length):
            raise NotAsDescribed
        if int(length) > MOST_BYTES or offset > MOST_BYTES:
            raise PhotoTooLarge


def _photo_headers(photo: Photo) -> dict[str, str]:
    return {**PHOTO_HEADERS, "Content-Type": photo.type, "ETag": f'"{photo.stored_sha256}"'}


def _progress(offset: int, is_complete: bool) -> dict[str, str]:
    return {
        "Upload-Offset": str(offset),
        "Upload-Complete": "?1" if is_complete else "?0",
        "Upload-Limit": f"max-size={MOST_BYTES}",
    }


async def _record_photo(request: AppRequest, person: Person, sha256: str, is_shown: bool) -> None:
    """Somebody is shown a photo, once an hour, or is refused one that there is."""
    async with request.state.app.database.snapshot() as tx:
        visit_ids = await list_visits_of_photo(tx, sha256)
        purpose = (
            await purpose_of(tx, person, visit_ids, now_of(request)) if visit_ids and is_shown else "not_said"
        )
    if visit_ids:
        kind = "read" if is_shown else "refused"
        await record_hourly(
            request, person, AccessEvent(kind=kind, what="photo", purpose=purpose, visit_ids=visit_ids)
        )
