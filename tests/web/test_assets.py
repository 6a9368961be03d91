"""What the browser gets before there is a page: worker, manifest, build, headers."""

import gzip
import hashlib
import json
import re
from contextlib import AsyncExitStack, nullcontext
from pathlib import Path

import httpx2
import pytest
import zstandard

from pwa.database import READERS
from pwa.database.postgresql.database import CONNECTIONS
from pwa.web.build import LibrariesMissing, build_hash, joined_styles, make_build, read_bundles
from pwa.web.headers import ALWAYS, BESIDES_PAGES, CONTENT_SECURITY_POLICY
from tests.engines import engines
from tests.small_town import Town, client_of, id_of, the_build

ROOT = Path(__file__).parents[2]
ID = re.compile(r'id="([\w-]+)"')
ASKED_FOR = re.compile(r'(?:part|getElementById)\("([\w-]+)"\)|querySelector\("#([\w-]+)"')
IMPORTED = re.compile(r'\b(?:import|from) ?"(\.[^"]+)"')


async def ask(town: Town, path: str, **headers: str) -> httpx2.Response:
    """Ask as somebody who is not signed in."""
    async with client_of(town.origin) as stranger:
        return await stranger.get(
            path, headers={name.replace("_", "-"): value for name, value in headers.items()}
        )


async def test_the_workers_own_file_is_one_line_that_names_the_build(town: Town):
    worker = await ask(town, "/service_worker.js")

    assert worker.text == f'import "/build/{the_build().hash}/service_worker/service_worker.js";\n'
    assert worker.headers["cache-control"] == "no-cache"
    assert worker.headers["content-type"].startswith("text/javascript")
    assert worker.headers["content-security-policy"] == CONTENT_SECURITY_POLICY


@pytest.mark.no_database
async def test_everything_in_the_build_is_there_for_ever_and_under_no_other_hash(town: Town):
    build = the_build()

    for path, file in build.files.items():
        answer = await ask(town, f"/build/{build.hash}/{path}")
        assert (answer.status_code, answer.content) == (200, file.plain), path
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert (await ask(town, f"/build/0123456789abcdef/{path}")).status_code == 404


@pytest.mark.parametrize(
    "path", ["templates.js", "catalogues.js", "described.js", "build.js", "static/app.css", "vendor/htmx.js"]
)
def test_what_the_worker_imports_is_in_the_build(path: str):
    assert path in the_build().files


def test_a_style_that_nobody_serves_is_an_error(tmp_path: Path):
    for path in (ROOT / "static" / "styles").glob("*.css"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    assert joined_styles(tmp_path) == the_build().files["static/app.css"].plain

    (tmp_path / "forgotten.css").write_text("p { color: red }")

    with pytest.raises(ValueError, match="forgotten"):
        joined_styles(tmp_path)


def test_every_import_of_the_worker_leads_to_a_file_of_the_build():
    files = the_build().files
    imports = [
        (Path(path).parent / found)
        for path, file in files.items()
        if path.startswith(("service_worker/", "static/")) and path.endswith(".js")
        for found in IMPORTED.findall(file.plain.decode())
    ]

    missing = [path for path in imports if _flat(path) not in files]

    assert len(imports) > 10
    assert missing == []


def test_what_the_carers_pages_ask_for_is_known_with_all_that_it_imports():
    build = the_build()
    files = json.loads(build.files["build.js"].plain.split(b"files = ")[1].rstrip(b";\n"))

    imported = {
        _flat(Path(path).parent / found)
        for path in files
        if path.startswith("static/") and path.endswith(".js")
        for found in IMPORTED.findall(build.files[path].plain.decode())
    }

    assert {
        "static/app.css",
        "static/app.js",
        "static/unlock.js",
        "vendor/htmx.js",
        "vendor/argon2.js",
    } <= set(files)
    assert imported
    assert imported <= set(files) <= build.files.keys()
    assert "static/board.js" not in files


def test_scripts_that_have_changed_since_they_were_bundled_are_an_error(tmp_path: Path):
    (tmp_path / "service_worker").mkdir()
    (tmp_path / "service_worker" / "one.js").write_text("2")
    bundles = tmp_path / "static" / "bundles"
    bundles.mkdir(parents=True)

    for digest, is_made_of_it in (("", False), (hashlib.sha256(b"2").hexdigest(), True)):
        made = {"sources": {"service_worker/one.js": digest}, "imports": {}}
        (bundles / "bundles.json").write_text(json.dumps(made))
        with nullcontext() if is_made_of_it else pytest.raises(LibrariesMissing):
            read_bundles(bundles)


def _flat(path: Path) -> str:
    parts: list[str] = []
    for part in path.parts:
        parts = parts[:-1] if part == ".." else [*parts, part]
    return "/".join(parts)


@pytest.mark.parametrize(
    "other",
    [{"a.js": b"2"}, {"b.js": b"1"}, {"a.js": b"1", "b.js": b""}],
    ids=["another byte", "another name", "another file"],
)
def test_any_difference_is_another_build(other: dict[str, bytes]):
    assert build_hash({"a.js": b"1"}) != build_hash(other)


def test_the_same_files_are_the_same_build():
    assert build_hash({"a.js": b"1", "b.js": b"2"}) == build_hash({"b.js": b"2", "a.js": b"1"})


def test_without_the_browsers_libraries_there_is_no_build(tmp_path: Path):
    with pytest.raises(LibrariesMissing):
        make_build(tmp_path)


@pytest.mark.parametrize(
    ("offered", "unpack"), [("gzip, deflate, br, zstd", zstandard.decompress), ("gzip", gzip.decompress)]
)
async def test_a_file_of_the_build_is_sent_packed_as_the_browser_offers(town: Town, offered, unpack):
    path = f"/build/{the_build().hash}/vendor/htmx.js"

    async with (
        client_of(town.origin) as stranger,
        stranger.stream("GET", path, headers={"Accept-Encoding": offered}) as answer,
    ):
        raw = b"".join([chunk async for chunk in answer.aiter_raw()])

    assert unpack(raw) == the_build().files["vendor/htmx.js"].plain
    assert len(raw) < 20_000
    assert "accept-encoding" in answer.headers["vary"].lower()


async def test_a_page_is_packed_too_and_small_answers_are_not(town: Town):
    anna = await town.sign_in("anna")

    page = await anna.get("/", Accept_Encoding="zstd")
    health = await anna.get("/healthz", Accept_Encoding="zstd")

    assert (page.headers["content-encoding"], health.headers.get("content-encoding")) == ("zstd", None)


async def test_the_manifest_has_what_installing_needs(town: Town):
    manifest = (await ask(town, "/manifest.webmanifest")).json()

    icons = {(icon["sizes"], icon["purpose"]) for icon in manifest["icons"]}
    addresses = {icon["src"] for icon in manifest["icons"]} | {"/static/icons/apple-touch-icon.png"}
    found = [(await ask(town, address)).status_code for address in addresses]

    assert (manifest["id"], manifest["start_url"], manifest["scope"]) == ("/", "/", "/")
    assert {("192x192", "any"), ("512x512", "any"), ("512x512", "maskable")} <= icons
    shortcuts = [(each["name"], each["url"]) for each in manifest["shortcuts"]]
    assert shortcuts == [("I dag", "/"), ("Vejledninger", "/guides"), ("Venter", "/waiting")]
    assert found == [200] * len(addresses)


@pytest.mark.parametrize("path", ["/", "/nowhere", "/demo", "/healthz", "/service_worker.js", "/manifest.webmanifest",
                                  "/openapi.json", "/sync", "/static/icons/sprite.svg"])  # fmt: skip
async def test_every_answer_carries_the_headers(town: Town, path: str):
    answer = await ask(town, path)

    is_page = answer.headers.get("content-type", "text/html").startswith("text/html")
    expected = ALWAYS if is_page else BESIDES_PAGES
    policy = ALWAYS if path == "/service_worker.js" else expected
    assert {name for name in expected if name not in answer.headers} == set()
    assert answer.headers["content-security-policy"] == policy["Content-Security-Policy"]
    assert "server" not in answer.headers
    assert "strict-transport-security" not in answer.headers


async def test_over_https_the_browser_is_told_to_stay_there(town: Town):
    answer = await ask(town, "/healthz", X_Forwarded_Proto="https")

    assert answer.headers["strict-transport-security"].startswith("max-age=")


def test_the_policy_is_exactly_the_one_that_was_decided():
    assert CONTENT_SECURITY_POLICY == (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; connect-src 'self'; "
        "manifest-src 'self'; worker-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; "
        "require-trusted-types-for 'script'; trusted-types haand"
    )


def test_pages_made_on_the_phone_carry_the_same_policy():
    worker = "".join(path.read_text() for path in sorted((ROOT / "service_worker").rglob("*.js")))
    joined = re.sub(r'"\s*\+\s*"', "", worker)

    assert CONTENT_SECURITY_POLICY in joined


@pytest.mark.parametrize("path", ["/", "/visits/{else}", "/guides", "/waiting", "/me", "/state"])
async def test_what_is_personal_is_never_kept_by_a_cache(town: Town, path: str):
    anna = await town.sign_in("anna")

    answer = await anna.get(path.format(**{"else": id_of("else")}))

    assert answer.headers["cache-control"] == "no-store"


async def test_a_sync_is_never_kept_by_a_cache(town: Town):
    anna = await town.sign_in("anna")

    assert (await anna.push()).headers["cache-control"] == "no-store"


async def test_alive_does_not_need_the_database_and_ready_does(town: Town):
    assert town.server
    database = town.server.lifespan.state["app"].database

    async with AsyncExitStack() as everybody_reads:
        for _ in range(READERS if engines.is_sqlite else CONNECTIONS):
            await everybody_reads.enter_async_context(database.snapshot())
        alive, ready = await ask(town, "/healthz"), await ask(town, "/readyz")
    afterwards = await ask(town, "/readyz")

    assert (alive.status_code, ready.status_code, afterwards.status_code) == (200, 503, 200)
    assert (ready.json()["code"], ready.headers["retry-after"]) == ("Unavailable", "30")


async def test_an_icon_that_has_not_changed_is_not_sent_again(town: Town):
    first = await ask(town, "/static/icons/sprite.svg")

    again = await ask(town, "/static/icons/sprite.svg", If_None_Match=first.headers["etag"])

    assert (again.status_code, again.content) == (304, b"")


async def test_the_description_names_every_change(town: Town):
    described = (await ask(town, "/openapi.json")).json()

    changes = json.loads((ROOT / "pwa" / "changes.json").read_text())
    assert described["openapi"] == "3.1.0"
    assert {f"/do/{name}" for name in changes} <= described["paths"].keys()


def test_every_element_that_a_pages_script_asks_for_stands_in_a_template():
    ids = {found for page in (ROOT / "templates").rglob("*.html") for found in ID.findall(page.read_text())}
    asked = {
        (script.name, found[0] or found[1])
        for script in (ROOT / "static").glob("*.js")
        for found in ASKED_FOR.findall(script.read_text())
    }

    assert len(asked) > 40
    assert [each for each in sorted(asked) if each[1] not in ids] == []
