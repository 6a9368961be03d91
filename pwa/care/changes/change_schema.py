"""Knows what changes.json says: which changes there are and the form of their arguments; no database."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from pydantic import TypeAdapter

from pwa.care.problems import NotUnderstood
from pwa.problems import NotAChoice, NothingWritten, TooLong
from pwa.resources import resource
from pwa.words import UNCLEAN, cleaned, has_seen, is_id

Form = Literal["id", "new_id", "choice", "text", "place", "values"]

PLACE = re.compile(r"[\w.-]{1,64}(@[\w.-]{1,64}(/[\w.-]{1,64}){0,11})?", re.ASCII)
"""A step, and the rows of the repeating groups around it; see docs/checklists.md."""
MOST_VALUES = 200


@dataclass(frozen=True, slots=True)
class Arg:
    """The form of one argument. `least` and `most` are code points, of values all together; for `least` only those count that
    can be seen.
    """

    form: Form
    choices: tuple[str, ...] = ()
    nullable: bool = False
    optional: bool = False
    least: int = 0
    most: int = 0

    def check(self, value: object) -> Any:
        """The value if it has this form, texts cleaned; raises NotUnderstood, NotAChoice, NothingWritten, TooLong."""
        if value is None and self.nullable:
            return None
        if self.form == "values":
            return self._check_values(value)
        if not isinstance(value, str):
            raise NotUnderstood
        if self.form == "text":
            return self._check_text(cleaned(value))
        if self.form == "choice":
            if value not in self.choices:
                raise NotAChoice
        elif not (PLACE.fullmatch(value) if self.form == "place" else is_id(value)):
            raise NotUnderstood
        return value

    def _check_values(self, values: object) -> list[Any]:
        """What was answered at a place: texts, true or false, or own words beside a choice's options."""
        if not isinstance(values, list):
            raise NotUnderstood
        read = [_value(one) for one in values]
        if len(read) > MOST_VALUES or sum(len(str(one)) for one in read) > self.most:
            raise TooLong
        return read

    def _check_text(self, text: str) -> str:
        if len(text) > self.most:
            raise TooLong
        if self.least and not has_seen(text, self.least):
            raise NothingWritten
        return text


@dataclass(frozen=True)
class ChangeSchema:
    """One kind of change: its newest version, what it is done to, and its arguments."""

    v: int
    on: Literal["visit", "person"]
    args: Mapping[str, Arg]
    page: str = "/me"  # where what is on a person was done

    @cached_property
    def needed(self) -> frozenset[str]:
        """The names of the arguments that must be there."""
        return frozenset(name for name, arg in self.args.items() if not arg.optional)

    def check(self, args: object) -> dict[str, Any]:
        """The arguments if there are all of them, no others, and each in its form; raises as Arg.check."""
        if not isinstance(args, dict) or not self.needed <= args.keys() <= self.args.keys():
            raise NotUnderstood
        return {name: self.args[name].check(value) for name, value in args.items()}


def _value(value: object) -> Any:
    if isinstance(value, bool):
        return value
    if isinstance(value, dict) and value.keys() == {"other"} and isinstance(value["other"], str):
        return {"other": cleaned(value["other"])}
    if not isinstance(value, str):
        raise NotUnderstood
    return cleaned(value)


def is_plain(text: str) -> bool:
    """Whether a text has nothing in it that no database or page can hold, such as half a character or a NUL."""
    return text.isprintable() or UNCLEAN.search(text) is None


def read_change_schemas(path: Path) -> dict[str, ChangeSchema]:
    """Every kind of change by name; raises ValidationError if the file has another form."""
    return TypeAdapter(dict[str, ChangeSchema]).validate_python(json.loads(path.read_text("utf-8")))


CHANGE_SCHEMAS = read_change_schemas(resource("changes.json"))
