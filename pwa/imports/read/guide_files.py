"""Knows a folder of guides: one TOML file per guide and its pictures beside it; knows no database."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Annotated

from pydantic import Field, ValidationError, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from pwa.imports.read.mistakes import Mistake
from pwa.imports.read.pictures import LARGEST, NotAPicture, Picture, picture_of
from pwa.imports.read.toml_file import OURS, WORDS, NeededText, NeededTexts, Table, Text, mistakes
from pwa.source_ids import Source, source
from pwa.words import N_


@dataclass(slots=True)
class PictureFolder:
    """The pictures beside a guide, by the name it has for them, as far as they were asked for."""

    folder: Path
    found: dict[str, Picture] = field(default_factory=dict)

    def find(self, name: str) -> None:
        """A name with a folder in it is not looked up. Raises PydanticCustomError."""
        file = self.folder / name
        try:
            if file.name != name or not file.is_file():
                raise FileNotFoundError
            with file.open("rb") as opened:
                content = opened.read(LARGEST + 1)
        except (
            OSError,
            ValueError,
        ):  # a name that no disk has, too long or with a NUL in it, is not there either
            raise PydanticCustomError(OURS, N_("The picture is not in the folder.")) from None
        try:
            self.found[name] = picture_of(content)
        except NotAPicture as problem:
            raise PydanticCustomError(OURS, str(problem)) from None


class StepTable(Table):
    """[[steps]], as a guide's file has them. Read with a PictureFolder as the context."""

    title: NeededText = ""
    text: NeededText = ""
    picture: Text = ""
    picture_alt: Text = ""
    warning: Text = ""

    @field_validator("picture")
    @classmethod
    def _is_there(cls, name: str, info: ValidationInfo[PictureFolder]) -> str:
        if name:
            info.context.find(name)
        return name

    @field_validator("picture_alt")
    @classmethod
    def _is_said_of_a_picture(cls, said: str, info: ValidationInfo[PictureFolder]) -> str:
        if info.data.get("picture") and not said:
            raise PydanticCustomError(OURS, WORDS["string_too_short"])
        return said


class GuideTable(Table):
    """A guide's file."""

    title: NeededText = ""
    aid: NeededText = ""
    team: Text = ""
    summary: NeededText = ""
    keywords: list[NeededText] = Field(default_factory=list)
    load: Text = ""
    before: NeededTexts = Field(default_factory=list)
    steps: Annotated[list[StepTable], Field(min_length=1)] = Field(default_factory=list)
    safe: NeededTexts = Field(default_factory=list)
    unsafe: NeededTexts = Field(default_factory=list)
    stop: NeededText = ""
    approved_at: date
    approved_by: NeededText = ""
    source: NeededText = ""


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
    """Read every guide of the folder; one with a mistake is left out whole. Raises OSError if it is no folder, or cannot be read."""
    files = sorted(file for file in folder.iterdir() if file.suffix == ".toml")
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
    pictures = PictureFolder(file.parent)
    try:
        written = tomllib.loads(file.read_text("utf-8"))
        return _guide(GuideTable.model_validate(written, context=pictures), pictures.found), []
    except UnicodeDecodeError:
        return None, [Mistake(N_("The file is not UTF-8."), file=file.name)]
    except RecursionError:
        return None, [Mistake(N_("The file has lists in lists without end."), file=file.name)]
    except tomllib.TOMLDecodeError as error:
        message = N_("The file is not TOML: %(why)s.")
        return None, [Mistake(message, {"why": str(error)}, file=file.name)]
    except ValidationError as wrong:
        return None, mistakes(wrong, file.name, tables={"steps"})


def _guide(table: GuideTable, pictures: Mapping[str, Picture]) -> Guide:
    steps = tuple(_step(number, step, pictures) for number, step in enumerate(table.steps, 1))
    titles = (step.title for step in steps)
    return Guide(
        guide=source("guide", table.aid),
        team=source("team", table.team) if table.team else None,
        title=table.title,
        aid=table.aid,
        summary=table.summary,
        words=" ".join([table.title, table.aid, *table.keywords, table.summary, *titles]).lower(),
        load=table.load,
        before=tuple(table.before),
        steps=steps,
        safe=tuple(table.safe),
        unsafe=tuple(table.unsafe),
        stop=table.stop,
        approved_at=table.approved_at.isoformat(),
        approved_by=table.approved_by,
        source=table.source,
        # Two names may be one picture.
        media=tuple({picture.sha256: picture for picture in pictures.values()}.values()),
    )


def _step(number: int, table: StepTable, pictures: Mapping[str, Picture]) -> GuideStep:
    return GuideStep(
        number,
        table.title,
        table.text,
        pictures[table.picture].sha256 if table.picture else "",
        table.picture_alt,
        table.warning,
    )
