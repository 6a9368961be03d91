"""Knows what the browser needs before there is a page: worker, manifest, build, icons, health; no business words."""

import asyncio

from starlette.responses import JSONResponse, Response

from pwa.documents.queries import check_readable
from pwa.problems import NotFound, Unavailable
from pwa.templating.translation import translate
from pwa.web.build import File
from pwa.web.headers import CONTENT_SECURITY_POLICY
from pwa.web.packing import offered
from pwa.web.requests import AppRequest
from pwa.web.schemas import HealthAnswer
from pwa.words import N_

FOR_EVER = "public, max-age=31536000, immutable"
FOR_A_DAY = "public, max-age=86400"
READY_WITHIN = 1.0  # seconds
NAME = "Hånd"
PAPER = "#faf7f2"


async def show_service_worker(request: AppRequest) -> Response:
    """The worker's own file; asked for at every check for a new version, so never from a cache. It runs by this policy."""
    return Response(
        request.state.app.build.service_worker,
        media_type="text/javascript",
        headers={
            "Cache-Control": "no-cache",
            "Content-Security-Policy": CONTENT_SECURITY_POLICY,
            "Service-Worker-Allowed": "/",
        },
    )


async def show_build_file(request: AppRequest) -> Response:
    """A file of this build. Another build's address is not found: old and new code never mix."""
    build = request.state.app.build
    file = build.files.get(request.path_params["path"])
    if file is None or request.path_params["hash"] != build.hash:
        raise NotFound
    return _answer_file(request, file, {"Cache-Control": FOR_EVER})


async def show_icon(request: AppRequest) -> Response:
    """An icon, at an address that stays the same from build to build."""
    file = request.state.app.build.icons.get(request.path_params["path"])
    if file is None:
        raise NotFound
    return _answer_file(request, file, {"Cache-Control": FOR_A_DAY, "ETag": file.etag})


def _answer_file(request: AppRequest, file: File, caching: dict[str, str]) -> Response:
    headers = {**caching, "Vary": "Accept-Encoding"}
    if request.headers.get("if-none-match") == file.etag:
        return Response(status_code=304, headers=headers)
    packing = offered(request.headers.get("accept-encoding", ""))
    if packing not in file.packed:
        return Response(file.plain, media_type=file.media_type, headers=headers)
    return Response(
        file.packed[packing], media_type=file.media_type, headers={**headers, "Content-Encoding": packing}
    )


async def show_manifest(request: AppRequest) -> Response:
    """What makes it an app (W3C Web Application Manifest). Browsers ask without a cookie, so mostly in Danish."""
    language = request.state.language
    endpoints = ((N_("Today"), "/"), (N_("Guides"), "/guides"), (N_("Waiting"), "/waiting"))
    manifest = {
        "id": "/",
        "name": NAME,
        "short_name": NAME,
        "description": translate(N_("Today's visits in home care, also without a network."), language),
        "lang": language,
        "dir": "ltr",
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": PAPER,
        "theme_color": PAPER,
        "categories": ["medical", "productivity"],
        "icons": [
            _icon("icon-192.png", "192x192", "any"),
            _icon("icon-512.png", "512x512", "any"),
            _icon("maskable-512.png", "512x512", "maskable"),
        ],
        "shortcuts": [
            {
                "name": translate(name, language),
                "url": url,
                "icons": [_icon("icon-192.png", "192x192", "any")],
            }
            for name, url in endpoints
        ],
    }
    return JSONResponse(
        manifest, media_type="application/manifest+json", headers={"Cache-Control": "public, max-age=3600"}
    )


def _icon(name: str, sizes: str, purpose: str) -> dict[str, str]:
    return {"src": f"/static/icons/{name}", "sizes": sizes, "type": "image/png", "purpose": purpose}


async def show_openapi(request: AppRequest) -> Response:
    """What programs can ask of us, as OpenAPI 3.1."""
    return Response(request.state.app.openapi, media_type="application/json")


async def show_alive(_: AppRequest) -> Response:
    """The process answers. Does not touch the database: a slow disk is no reason to restart."""
    return JSONResponse(HealthAnswer(status="alive").model_dump())


async def show_ready(request: AppRequest) -> Response:
    """The database answers; raises Unavailable when it does not, or not soon."""
    try:
        async with asyncio.timeout(READY_WITHIN), request.state.app.database.snapshot() as tx:
            await check_readable(tx)
    except TimeoutError:
        raise Unavailable from None
    return JSONResponse(HealthAnswer(status="ready").model_dump())
