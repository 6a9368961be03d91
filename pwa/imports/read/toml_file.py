"""Knows what a person may write in a TOML file and how all that is wrong with it is said; knows no guides."""

from collections.abc import Collection
from typing import Annotated, Final

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails

from pwa.imports.read.cells import TEXT, one_line
from pwa.imports.read.mistakes import Mistake
from pwa.words import N_

OURS: Final = "ours"
"""The type of an error whose message is one of our own, raised as PydanticCustomError(OURS, N_(...))."""

NOT_A_DAY = N_("This must be a date such as 2026-10-01, without quotation marks.")
WORDS = {
    "extra_forbidden": N_("The key is not known."),
    "string_type": N_("This must be a text in quotation marks."),
    "string_too_short": N_("The text is missing."),
    "string_too_long": N_("The text is longer than %(most)d characters."),
    "list_type": N_("This must be a list of texts."),
    "too_short": N_("The list is missing or empty."),
    "date_type": NOT_A_DAY,
    # A text or a list that is not there is an empty one. Only a day has no such thing.
    "missing": NOT_A_DAY,
}
"""What a person reads for each of pydantic's types of errors."""


class Table(BaseModel):
    """A table of a file. A key that we do not know is most likely misspelt, so it is a mistake and not a warning."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, validate_default=True)


def _on_one_line(said: object) -> object:
    """A line break in the file is only for whoever writes it."""
    return one_line(said) if isinstance(said, str) else said


Text = Annotated[str, Field(max_length=TEXT), BeforeValidator(_on_one_line)]
NeededText = Annotated[str, Field(min_length=1, max_length=TEXT), BeforeValidator(_on_one_line)]
NeededTexts = Annotated[list[NeededText], Field(min_length=1)]


def mistakes(wrong: ValidationError, file: str, tables: Collection[str]) -> list[Mistake]:
    """All that is wrong with a file, each with its place; `tables` are the keys that are written [[key]]."""
    found = [_mistake(each, file, tables) for each in wrong.errors(include_url=False, include_input=False)]
    # Two values under [[key]] that are no tables are one mistake.
    return [each for place, each in enumerate(found) if each not in found[:place]]


def _mistake(wrong: ErrorDetails, file: str, tables: Collection[str]) -> Mistake:
    kind, (key, *within) = wrong["type"], wrong["loc"]
    if key in tables and kind in ("list_type", "too_short", "model_type") and len(within) < 2:
        name = str(key)
        return Mistake(N_("There must be at least one [[%(name)s]]."), {"name": name}, column=name, file=file)
    # The first of a list is number 1.
    place = " ".join(str(part + 1 if isinstance(part, int) else part) for part in (key, *within))
    params = {"most": TEXT} if kind == "string_too_long" else {}
    return Mistake(wrong["msg"] if kind == OURS else WORDS[kind], params, column=place, file=file)
