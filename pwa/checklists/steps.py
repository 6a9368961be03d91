"""Knows the shape of a checklist's definition: its steps and what may be said of each; knows not whether they fit together."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Kind = Literal[
    "who", "yes_no", "choice", "number", "short_text", "long_text", "date", "time", "date_time", "photo",
    "signature", "scanned_code", "information", "group", "repeating_group",
]  # fmt: skip
"""What a step asks for. `who`: who did it, one of WHO."""

WHO = ("alone", "together", "carer", "technology", "not_done", "not_relevant")
Planned = Literal["alone", "together", "carer", "technology"]
GROUPS = ("group", "repeating_group")
DATED = ("date", "time", "date_time")
TEXTS = ("short_text", "long_text", "scanned_code")
SILENT = ("information", "group")
"""Kinds that are not answered. A repeating group is: its answers are its rows."""
UNCOUNTED = (*SILENT, "photo", "signature")
"""Kinds that nothing can be calculated for."""

MOST_STEPS = 2000
MOST_OPTIONS = 2000
TEXT = 10_000
Id = Annotated[str, Field(pattern=r"^[A-Za-z0-9_.-]{1,64}$")]
Short = Annotated[str, Field(max_length=TEXT)]


class Part(BaseModel):
    """A part of a definition. A key that is not known is an error."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class Option(Part):
    """One of the answers to a choice. `system` is where its code is from; `shown_when` says when it is offered."""

    value: Annotated[str, Field(min_length=1, max_length=TEXT)]
    label: Short
    system: Short = ""
    shown_when: object = None


class Limits(Part):
    """`least` and `most` of numbers, dates and times, as they are stored; `shortest` and `longest` count code points."""

    least: Short | None = None
    most: Short | None = None
    decimals: Annotated[int, Field(ge=0, le=20)] | None = None
    shortest: Annotated[int, Field(ge=0)] | None = None
    longest: Annotated[int, Field(ge=0)] | None = None


class Occurrences(Part):
    """How many answers, or rows, there are to be; no `most` is any number."""

    least: Annotated[int, Field(ge=0)] = 0
    most: Annotated[int, Field(ge=1)] | None = None


class Rule(Part):
    """What must be true of an answer, and what is said when it is not; with `is_warning` the answer may stand all the same."""

    condition: object
    message: Short = ""
    is_warning: bool = False


class Step(Part):
    """One step, or a group of steps.

    `link` is its number or name in the source, `picture` a picture's hash. Without `occurrences` a step has one answer at
    most, and a repeating group any number of rows. `planned` is the usual answer to who did it; one that is answered
    `by_itself`, such as medicine, is not answered by "all as planned".
    """

    id: Id
    kind: Kind
    label: Short
    link: Short = ""
    help: Short = ""
    picture: Short = ""
    required: bool = False
    read_only: bool = False
    hidden: bool = False
    as_table: bool = False
    planned: Planned | None = None
    by_itself: bool = False
    limits: Limits | None = None
    options: Annotated[list[Option], Field(max_length=MOST_OPTIONS)] = Field(default_factory=list)
    other: bool = False
    unit: Short = ""
    pattern: Short = ""
    occurrences: Occurrences | None = None
    shown_when: object = None
    calculated: object = None
    first: object = None
    valid_when: list[Rule] = Field(default_factory=list)
    steps: "list[Step]" = Field(default_factory=list)

    @property
    def most(self) -> int | None:
        """How many answers or rows it may have; None is any number."""
        if self.occurrences:
            return self.occurrences.most
        return None if self.kind == "repeating_group" else 1

    @property
    def name(self) -> str:
        """How a person finds it."""
        return f"{self.link or self.id} “{self.label}”" if self.label else self.link or self.id


class Definition(Part):
    """A checklist: its title and its steps. `language` is the version of the language that its trees are written in."""

    title: Annotated[str, Field(min_length=1, max_length=TEXT)]
    language: Literal[1] = 1
    steps: Annotated[list[Step], Field(min_length=1)]
