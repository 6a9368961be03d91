"""Knows what the browser runs: every file under /build/<hash>/, packed once; knows nothing about requests.

The hash is over everything in the build. Any change of code, template, style or words gives another
hash, so another address, so another service worker: a phone gets all of the new build or none of it.
"""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from pwa.resources import resource
from pwa.templating.render import compiled_templates
from pwa.templating.translation import catalogues
from pwa.web.packing import PACKINGS, pack

VENDORED = ("vendor/argon2.js", "vendor/htmx.js")
# The parts of app.css, in the order in which they are served: of two rules that fit, the later one counts.
STYLES = (
    "tokens",
    "base",
    "controls",
    "carer",
    "today",
    "visit",
    "steps",
    "fields",
    "notes",
    "matters",
    "finish",
    "guides",
    "waiting",
    "leader",
    "board",
    "board_teams",
    "board_row",
    "oversight",
    "sign_in",
    "people",
    "unlock",
    "screens",
    "low",
    "contrast",
    "print",
)
# A stylesheet of its own, for pages that a carer never opens: her first load is without it.
PAGE_STYLES = ("checklists",)
HASH_LENGTH = 16
WORKER = "service_worker/service_worker.js"
MEDIA_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".png": "image/png",
    ".svg": "image/svg+xml",
}
PACKED_ALREADY = ("image/png",)

Sources = dict[str, bytes]


REMARKS, INDENTS = re.compile(rb"/\*.*?\*/", re.DOTALL), re.compile(rb"\s*\n\s*")
ASKED_FOR = re.compile(r"/build/\{\{ build \}\}/([\w./-]+)")


class LibrariesMissing(Exception):
    """The browser's libraries have not been copied to static/vendor/, or static/bundles/ is missing or older than the
    scripts it was made of (the Makefile makes both).
    """


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
        return f'import "/build/{self.hash}/{WORKER}";\n'


def make_build(static: Path | None = None) -> Build:
    """Gather, name and pack the build. Raises LibrariesMissing, and what the template compiler refuses."""
    static = static or resource("static")
    icons = dict(_below(static / "icons"))
    bundles, imports = read_bundles(static / "bundles")
    templates, changes = compiled_templates(), resource("changes.json").read_text("utf-8")
    sources = {
        **bundles,
        **_vendored(static / "vendor"),
        "static/app.css": joined_styles(static / "styles"),
        **{
            f"static/{name}.css": shortened((static / f"styles/pages/{name}.css").read_bytes())
            for name in PAGE_STYLES
        },
        "templates.js": templates.encode(),
        "catalogues.js": _module(catalogues(templates + changes + bundles[WORKER].decode())),
        "described.js": _module(json.loads(changes)),
    }
    name = build_hash(sources | {f"icons/{path}": body for path, body in icons.items()})
    sources["build.js"] = _module(name) + _exported("files", carer_files(imports))
    return Build(
        name,
        {path: _file(path, body) for path, body in sources.items()},
        {path: _file(path, body) for path, body in icons.items()},
    )


def read_bundles(folder: Path) -> tuple[Sources, dict[str, list[str]]]:
    """The scripts as tools/bundle.mjs made them, and what each of them imports. Raises LibrariesMissing."""
    try:
        made = json.loads((folder / "bundles.json").read_bytes())
    except FileNotFoundError:
        raise LibrariesMissing from None
    house = folder.parent.parent
    # An installed program has only what was made of them.
    if (house / "service_worker").exists() and any(
        _digest(house / path) != digest for path, digest in made["sources"].items()
    ):
        raise LibrariesMissing
    return dict(_below(folder)), made["imports"]


def carer_files(imports: Mapping[str, list[str]]) -> list[str]:
    """What the carer's pages ask for, with what that imports: without these a page of hers is not a page."""
    folder = resource("templates")
    pages = [folder / "layout.html", *sorted(folder.glob("carer/**/*.html"))]
    found: dict[str, None] = {}
    wanted = [path for page in pages for path in ASKED_FOR.findall(page.read_text("utf-8"))]
    while wanted:
        path = wanted.pop(0)
        if path not in found:
            found[path] = None
            wanted += imports.get(path, [])
    return list(found)


def build_hash(sources: Sources) -> str:
    """A name for these files together: another path, or one byte of difference, is another name."""
    whole = hashlib.sha256()
    for path, body in sorted(sources.items()):
        whole.update(path.encode() + b"\0" + hashlib.sha256(body).digest())
    return whole.hexdigest()[:HASH_LENGTH]


def joined_styles(folder: Path) -> bytes:
    """One stylesheet of all parts, as short as it can be said. Raises ValueError when a part is not named in STYLES, or is not there."""
    found = {path.stem: path.read_bytes() for path in folder.glob("*.css")}
    if found.keys() != set(STYLES):
        raise ValueError(f"not exactly one of both: {sorted(found.keys() ^ set(STYLES))}")
    return shortened(b"\n".join(found[name] for name in STYLES))


def shortened(style: bytes) -> bytes:
    """A stylesheet without its remarks, indents and empty lines: they are for whoever reads the source.

    >>> shortened(b"/* Why. */\\na {\\n  color: red;\\n}\\n")
    b'a {\\ncolor: red;\\n}\\n'
    """
    return INDENTS.sub(b"\n", REMARKS.sub(b"", style)).lstrip()


def _below(folder: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted(folder.rglob("*")):
        if path.suffix in MEDIA_TYPES:
            yield path.relative_to(folder).as_posix(), path.read_bytes()


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else ""


def _vendored(folder: Path) -> Sources:
    found = {f"vendor/{path.name}": path.read_bytes() for path in folder.glob("*/*.js")}
    if any(path not in found for path in VENDORED):
        raise LibrariesMissing
    return {path: found[path] for path in VENDORED}


def _module(value: object) -> bytes:
    return f"export default {_as_json(value)};\n".encode()


def _exported(name: str, value: object) -> bytes:
    return f"export const {name} = {_as_json(value)};\n".encode()


def _as_json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _file(path: str, body: bytes) -> File:
    media_type = MEDIA_TYPES[Path(path).suffix]
    packed = {} if media_type in PACKED_ALREADY else {name: pack(body, name, hard=True) for name in PACKINGS}
    return File(media_type, body, packed)
