"""Knows a folder of guides: one TOML file per guide and its pictures beside it; knows no database."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

from pwa.imports.identity import Source, source
from pwa.imports.mistakes import Mistake
from pwa.imports.pictures import NotAPicture, Picture, picture_of
from pwa.imports.toml_file import Section
from pwa.words import N_

TEXTS = {"title", "aid", "team", "summary", "load", "stop", "approved_at", "approved_by", "source"}
LISTS = {"keywords", "before", "steps", "safe", "unsafe"}
STEP_TEXTS = {"title", "text", "picture", "picture_alt", "warning"}


@dataclass(frozen=True, slots=True)
class GuideStep:
    """One step of a guide; `picture` is a hash or ""."""

    number: int
    title: str
    text: str
    picture: str
    picture_alt: str
    warning: str


@dataclass(frozen=True, slots=True)
class Guide:
    """A guide with the words of its document. `guide.number` is the aid's name, which plans point at."""

    guide: Source
    team: Source | None  # who may read it; None is everybody
    title: str
    aid: str
    summary: str
    words: str  # lower-case text to search in
    load: str
    before: tuple[str, ...]
    steps: tuple[GuideStep, ...]
    safe: tuple[str, ...]
    unsafe: tuple[str, ...]
    stop: str
    approved_at: str  # 2026-10-01
    approved_by: str
    source: str
    media: tuple[Picture, ...]  # each once, in order of first use


@dataclass(frozen=True, slots=True)
class GuideFolder:
    """The guides that are right, by title, and what is wrong."""

    rows: tuple[Guide, ...]
    errors: tuple[Mistake, ...]
    warnings: tuple[Mistake, ...] = ()


def read_guides(folder: Path) -> GuideFolder:
    """Read every guide of the folder; one with a mistake is left out whole. Raises OSError if it is no folder."""
    if not folder.is_dir():
        raise NotADirectoryError(folder)
    files = sorted(folder.glob("*.toml"))
    if not files:
        return GuideFolder((), (Mistake(N_("The folder has no guides (.toml).")),))
    guides: dict[str, Guide] = {}
    errors: list[Mistake] = []
    for file in files:
        guide, mistakes = _read(file)
        errors += mistakes
        if guide and guide.guide.id in guides:
            errors.append(
                Mistake(N_("Another file has a guide for the same aid."), column="aid", file=file.name)
            )
        elif guide:
            guides[guide.guide.id] = guide
    return GuideFolder(tuple(sorted(guides.values(), key=lambda guide: guide.title)), tuple(errors))


def _read(file: Path) -> tuple[Guide | None, list[Mistake]]:
    try:
        section = Section(file.name, tomllib.loads(file.read_text("utf-8")))
    except UnicodeDecodeError:
        return None, [Mistake(N_("The file is not UTF-8."), file=file.name)]
    except tomllib.TOMLDecodeError as error:
        message = N_("The file is not TOML: %(why)s.")
        return None, [Mistake(message, {"why": str(error)}, file=file.name)]
    guide = _guide(section, file.parent)
    return (None if section.mistakes else guide), section.mistakes


def _guide(section: Section, folder: Path) -> Guide:
    section.check_keys(TEXTS | LISTS)
    pictures: dict[str, Picture] = {}
    steps = tuple(
        _step(number, step, folder, pictures) for number, step in enumerate(section.sections("steps"), 1)
    )
    title, aid, summary = section.text("title"), section.text("aid"), section.text("summary")
    team = section.text("team", needed=False)
    keywords = section.texts("keywords", needed=False)
    return Guide(
        guide=source("guide", aid),
        team=source("team", team) if team else None,
        title=title,
        aid=aid,
        summary=summary,
        words=" ".join([title, aid, *keywords, summary, *(step.title for step in steps)]).lower(),
        load=section.text("load", needed=False),
        before=section.texts("before"),
        steps=steps,
        safe=section.texts("safe"),
        unsafe=section.texts("unsafe"),
        stop=section.text("stop"),
        approved_at=section.day("approved_at"),
        approved_by=section.text("approved_by"),
        source=section.text("source"),
        media=tuple(pictures.values()),
    )


def _step(number: int, section: Section, folder: Path, pictures: dict[str, Picture]) -> GuideStep:
    section.check_keys(STEP_TEXTS)
    picture = _picture(section, folder)
    if picture:
        pictures.setdefault(picture.sha256, picture)
    return GuideStep(
        number,
        section.text("title"),
        section.text("text"),
        picture.sha256 if picture else "",
        section.text("picture_alt", needed=picture is not None),
        section.text("warning", needed=False),
    )


def _picture(section: Section, folder: Path) -> Picture | None:
    """The step's picture, which must stand beside the guide: a name with a folder in it is not looked up."""
    name = section.text("picture", needed=False)
    if not name:
        return None
    file = folder / name
    if file.name != name or not file.is_file():
        section.wrong("picture", N_("The picture is not in the folder."))
        return None
    try:
        return picture_of(file.read_bytes())
    except NotAPicture as problem:
        section.wrong("picture", str(problem))
        return None
