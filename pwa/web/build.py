"""Knows what the browser runs: every file under /build/<hash>/, packed once; knows nothing about requests.

The hash is over everything in the build. Any change of code, template, style or words gives another
hash, so another address, so another service worker: a phone gets all of the new build or none of it.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from rjsmin import jsmin

from pwa.resources import resource
from pwa.templating.render import catalogues, compiled_templates
from pwa.web.packing import PACKINGS, pack

VENDORED = ("vendor/argon2.js", "vendor/htmx.js", "vendor/hx-sse.js", "vendor/idb.js")
# The parts of app.css, in the order in which they are served: of two rules that fit, the later one counts.
STYLES = (
    "tokens",
    "base",
    "controls",
    "carer",
    "today",
    "visit",
    "guides",
    "waiting",
    "board",
    "oversight",
    "sign_in",
    "people",
    "unlock",
    "screens",
    "low",
    "contrast",
    "print",
)
HASH_LENGTH = 16
MEDIA_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".png": "image/png",
    ".svg": "image/svg+xml",
}
PACKED_ALREADY = ("image/png",)

Sources = dict[str, bytes]


class LibrariesMissing(Exception):
    """The browser libraries have not been copied to static/vendor/ (the Makefile does)."""


@dataclass(frozen=True)
class File:
    """One file as it is sent: its type, and its bytes plain and packed."""

    media_type: str
    plain: bytes
    packed: dict[str, bytes]

    @property
    def etag(self) -> str:
        """A name of the content, for caches."""
        return f'"{hashlib.sha256(self.plain).hexdigest()[:HASH_LENGTH]}"'


@dataclass(frozen=True)
class Build:
    """All files by their path below /build/<hash>/, and the icons by their path below /static/icons/."""

    hash: str
    files: dict[str, File]
    icons: dict[str, File]

    @property
    def service_worker(self) -> str:
        """The worker's own file: one line, whose bytes change exactly when the build does."""
        return f'import "/build/{self.hash}/service_worker/service_worker.js";\n'


def make_build(static: Path | None = None) -> Build:
    """Gather, name and pack the build. Raises LibrariesMissing, and what the template compiler refuses."""
    static = static or resource("static")
    icons = dict(_below(static / "icons"))
    sources = {
        **{f"service_worker/{path}": shortened(body) for path, body in _below(resource("service_worker"))},
        **{f"static/{path}": shortened(body) for path, body in _below(static) if _is_ours(path)},
        **_vendored(static / "vendor"),
        "static/app.css": joined_styles(static / "styles"),
        "templates.js": compiled_templates().encode(),
        "catalogues.js": _module(catalogues()),
        "described.js": b"export default " + resource("changes.json").read_bytes(),
    }
    name = build_hash(sources | {f"icons/{path}": body for path, body in icons.items()})
    sources["build.js"] = _module(name)
    return Build(
        name,
        {path: _file(path, body) for path, body in sources.items()},
        {path: _file(path, body) for path, body in icons.items()},
    )


def shortened(script: bytes) -> bytes:
    """A script of ours without its comments, which are for those who read it here: a quarter of what a phone fetches.

    tests/worker/build.test.js holds it to the same syntax: a template within a template, say, loses spaces.
    """
    return bytes(jsmin(script))


def build_hash(sources: Sources) -> str:
    """A name for these files together: another path, or one byte of difference, is another name."""
    whole = hashlib.sha256()
    for path, body in sorted(sources.items()):
        whole.update(path.encode() + b"\0" + hashlib.sha256(body).digest())
    return whole.hexdigest()[:HASH_LENGTH]


def joined_styles(folder: Path) -> bytes:
    """One stylesheet of all parts. Raises ValueError when a part is not named in STYLES, or is not there."""
    found = {path.stem: path.read_bytes() for path in folder.glob("*.css")}
    if found.keys() != set(STYLES):
        raise ValueError(f"not exactly one of both: {sorted(found.keys() ^ set(STYLES))}")
    return b"\n".join(found[name] for name in STYLES)


def _below(folder: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted(folder.rglob("*")):
        if path.suffix in MEDIA_TYPES:
            yield path.relative_to(folder).as_posix(), path.read_bytes()


def _is_ours(path: str) -> bool:
    return not path.startswith(("vendor/", "icons/", "styles/"))


def _vendored(folder: Path) -> Sources:
    found = {f"vendor/{path.name}": path.read_bytes() for path in folder.glob("*/*.js")}
    if any(path not in found for path in VENDORED):
        raise LibrariesMissing
    return {path: found[path] for path in VENDORED}


def _module(value: object) -> bytes:
    return f"export default {json.dumps(value, ensure_ascii=False, separators=(',', ':'))};\n".encode()


def _file(path: str, body: bytes) -> File:
    media_type = MEDIA_TYPES[Path(path).suffix]
    packed = {} if media_type in PACKED_ALREADY else {name: pack(body, name, hard=True) for name in PACKINGS}
    return File(media_type, body, packed)
