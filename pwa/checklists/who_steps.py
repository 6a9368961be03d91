"""Knows which steps of a definition also stand in the plain list that visits copy: those of who did it, outside of rows."""

from collections.abc import Sequence

from pwa.checklists.outline import outline_of
from pwa.checklists.steps import Definition, Step
from pwa.source_ids import id_of
from pwa.written import VisitStep


def who_steps(checklist_id: str, version: int, definition: Definition) -> list[VisitStep]:
    """The plain list of a version, in the checklist's order. One that is hidden is not on it: nobody could answer it.

    One that is shown under a condition is answered by itself: "all as planned" knows of no conditions.
    """
    conditional = conditional_steps(definition)
    return [
        VisitStep(
            plain_id(checklist_id, version, step.id),
            step.label,
            step.help,
            step.planned or "carer",
            None,
            int(step.by_itself or step.id in conditional),
        )
        for step in list_who_steps(definition)
    ]


def conditional_steps(definition: Definition) -> set[str]:
    """The steps that are shown under a condition, their own or a group's around them."""
    outline = outline_of(definition.steps)
    return {
        id
        for id, placed in outline.items()
        if any(outline[each].step.shown_when is not None for each in (id, *placed.groups))
    }


def list_who_steps(definition: Definition) -> Sequence[Step]:
    """The steps of the definition that stand in the plain list."""
    return [
        placed.step
        for placed in outline_of(definition.steps).values()
        if placed.kind == "who" and not placed.repeats and not placed.step.hidden
    ]


def plain_id(checklist_id: str, version: int, step_id: str) -> str:
    """A step's id in the plain list, by its id in the definition: another one in each version and checklist."""
    return id_of("step", f"{checklist_id}:{version}:{step_id.encode().hex()}")
