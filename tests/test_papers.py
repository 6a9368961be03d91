"""Every paper, file and setting that a paper or a comment names is there, and every setting has its line."""

import ast
import re
import subprocess
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import pytest

from pwa.config import Settings, variable

ROOT = Path(__file__).parent.parent
SETTINGS = ROOT / "docs" / "running" / "settings.md"

LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)|<img[^>]*\ssrc=\"([^\"]+)\"")
FENCE = re.compile(r"^( *)```.*?^\1```$", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"`([^`\n]+)`")
HEADING = re.compile(r"^#{1,6} +(.+?) *$", re.MULTILINE)
SETTING = re.compile(r"\b(?:HAAND_[A-Z_]*[A-Z]|DATABASE_URL)\b")
SETTING_ROW = re.compile(r"^\| `([A-Z_]+)` \|", re.MULTILINE)
PAPER = re.compile(r"\b[\w./-]+\.md\b")
FOLDERS = ("pwa", "service_worker", "static", "templates", "tests", "tools", "bench", "requirements", "docs")
PATH = re.compile(rf"(?:{'|'.join(FOLDERS)})/[\w./-]*")

MADE = ("static/vendor", "dist")
"""What is made and not committed."""
COMMENTED = (
    "*.py",
    "*.js",
    "*.mjs",
    "*.css",
    "*.html",
    "*.sql",
    "*.sh",
    "*.toml",
    "*.json",
    "Makefile",
    ".ci/run",
)

pytestmark = pytest.mark.no_database


@cache
def committed(*patterns: str) -> list[Path]:
    """The files that git has or is about to have; a file that was deleted a moment ago is not among them."""
    said = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z", "--", *patterns],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    return sorted({ROOT / name for name in said.split("\0") if name and (ROOT / name).is_file()})


@cache
def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def papers() -> list[Path]:
    return committed("*.md")


def anchors(text: str) -> set[str]:
    """A heading's anchors, as the repository's host makes them."""
    found: set[str] = set()
    for heading in HEADING.findall(FENCE.sub("", text)):
        anchor = re.sub(r"[^\w\- ]", "", re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).lower()).replace(
            " ", "-"
        )
        again = 1
        while anchor in found and f"{anchor}-{again}" in found:
            again += 1
        found.add(f"{anchor}-{again}" if anchor in found else anchor)
    return found


def broken_links(paper: Path, text: str) -> Iterator[str]:
    """The links and pictures of a paper that lead to no file, out of the repository, or to no heading."""
    for link, picture in LINK.findall(CODE.sub("", FENCE.sub("", text))):
        target, _, anchor = (link or picture).partition("#")
        if re.match(r"[a-z]+:", target):
            continue
        file = (paper.parent / target).resolve() if target else paper
        if (
            not file.exists()
            or not file.is_relative_to(ROOT)
            or (anchor and anchor not in anchors(text if file == paper else text_of(file)))
        ):
            yield f"{name_of(paper)}: {link or picture}"


def missing_files(text: str) -> Iterator[str]:
    """The files and folders in code marks, by their path from the top, that do not exist."""
    for word in CODE.findall(FENCE.sub("", text)):
        path = word.partition("::")[0].rstrip(".")
        if PATH.fullmatch(path) and not path.startswith(MADE) and not (ROOT / path).exists():
            yield path


def settings_of_the_code() -> set[str]:
    return {variable(field) for field in Settings.model_fields}


def unknown_settings(text: str) -> set[str]:
    """What is written like a setting and is none."""
    return set(SETTING.findall(text)) - settings_of_the_code()


def cited_papers(text: str) -> set[str]:
    """The papers that a source file names; `no.md` is what tests call one that is not there."""
    return set(PAPER.findall(text)) - {"no.md"} if ".md" in text else set()


def is_there(paper: str) -> bool:
    """Whether a paper is in the repository, by its path or by its name alone."""
    return (ROOT / paper).is_file() or any(name_of(known).endswith(f"/{paper}") for known in papers())


def read_from_the_environment(source: str) -> set[str]:
    """The variables that a module asks os.environ or os.getenv for, by name."""
    found: set[str] = set()
    if "env" not in source:
        return found
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Subscript(value=ast.Attribute(attr="environ"), slice=ast.Constant(value=str(name))):
                found.add(name)
            case (
                ast.Call(
                    func=ast.Attribute(
                        value=ast.Attribute(attr="environ"), attr="get" | "pop" | "setdefault"
                    ),
                    args=[ast.Constant(value=str(name)), *_],
                )
                | ast.Call(func=ast.Attribute(attr="getenv"), args=[ast.Constant(value=str(name)), *_])
            ):
                found.add(name)
    return found


def of_all(found: Iterable[Iterable[str]]) -> list[str]:
    return sorted({each for some in found for each in some})


def test_every_link_and_picture_of_a_paper_leads_somewhere():
    assert len(papers()) > 8
    assert of_all(broken_links(paper, text_of(paper)) for paper in papers()) == []


def test_the_readme_is_read_in_two_minutes():
    assert (ROOT / "README.md").stat().st_size < 6_000


def test_every_file_that_a_paper_names_is_there():
    missing = {name_of(paper): sorted(set(missing_files(text_of(paper)))) for paper in papers()}

    assert {paper: files for paper, files in missing.items() if files} == {}


def test_every_setting_that_a_paper_names_is_in_the_code():
    unknown = {name_of(paper): unknown_settings(text_of(paper)) for paper in papers()}

    assert {paper: names for paper, names in unknown.items() if names} == {}


def test_every_setting_has_one_line_in_its_paper_and_no_other_has():
    rows = SETTING_ROW.findall(text_of(SETTINGS))

    assert sorted(rows) == sorted(settings_of_the_code())


def test_the_program_reads_no_setting_besides():
    read = {name_of(path): read_from_the_environment(text_of(path)) for path in committed("pwa/**.py")}

    assert len(read) > 100
    assert {path: names for path, names in read.items() if names} == {}


def test_every_paper_that_code_cites_is_there():
    cited = {name_of(path): cited_papers(text_of(path)) for path in committed(*COMMENTED)}
    cited.pop(name_of(Path(__file__).resolve()))

    assert sum(map(len, cited.values())) > 10
    missing = {
        path: sorted(filter(lambda paper: not is_there(paper), names)) for path, names in cited.items()
    }
    assert {path: names for path, names in missing.items() if names} == {}


def test_a_name_that_is_wrong_is_found():
    paper = ROOT / "docs" / "security.md"
    text = """# A heading: with `code`, twice
## Again
## Again
[a](#a-heading-with-code-twice) [b](#again-1) [c](#again-2) [d](vault.md) [e](no.md) [f](running/settings.md#no)
<img width="2" src="pictures/no.png"> ![g](../../else.png) [h](https://example.dk) `[i](no.md)`
`pwa/config.py` `pwa/no.py` `tests/no/` `static/vendor/x` `HAAND_DATA` `HAAND_NOTHING`
"""

    assert list(broken_links(paper, text)) == [
        "docs/security.md: #again-2",
        "docs/security.md: no.md",
        "docs/security.md: running/settings.md#no",
        "docs/security.md: pictures/no.png",
        "docs/security.md: ../../else.png",
    ]
    assert list(missing_files(text)) == ["pwa/no.py", "tests/no/"]
    assert unknown_settings(text) == {"HAAND_NOTHING"}
    assert cited_papers("# see (sync.md, law 6) and docs/running/no.md.") == {"sync.md", "docs/running/no.md"}
    assert (is_there("vault.md"), is_there("docs/vault.md"), is_there("docs/no.md")) == (True, True, False)
    assert read_from_the_environment(
        "os.environ['A']; os.environ.get('B', ''); os.getenv('C'); {**os.environ, 'D': 1}"
    ) == {"A", "B", "C"}
