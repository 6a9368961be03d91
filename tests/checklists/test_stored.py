"""A version of a checklist keeps its definition, and has the steps of who did it as a plain list, too."""

from typing import Any

from pwa.checklists import queries as checklists
from pwa.checklists.definition import read_definition
from pwa.checklists.publishing import from_stored, publish, to_stored
from pwa.checklists.who_steps import who_steps
from pwa.source_ids import id_of
from tests.house import House

MORNING = id_of("checklist", "Morgen")
STEPS: list[dict[str, Any]] = [
    {"id": "bad", "kind": "who", "label": "Bad", "planned": "together", "help": "Se vejledningen."},
    {"id": "puls", "kind": "number", "label": "Puls"},
    {"id": "g", "kind": "group", "label": "Medicin", "steps": [
        {"id": "BAD", "kind": "who", "label": "Øjendråber", "by_itself": True, "shown_when": {"exists": [{"answer": "puls"}]}}]},
    {"id": "r", "kind": "repeating_group", "label": "Sår", "steps": [{"id": "skift", "kind": "who", "label": "Skift"}]},
    {"id": "skjult", "kind": "who", "label": "Skjult", "hidden": True},
]  # fmt: skip


async def test_a_version_keeps_its_definition_and_its_steps_of_who_did_it_as_a_plain_list(house: House):
    definition = read_definition({"title": "Morgen", "steps": STEPS})
    published = publish(definition)

    async with house.database.transaction() as tx:
        plain = who_steps(MORNING, 1, definition)
        await checklists.add_version(tx, MORNING, 1, "Morgen", plain, to_stored(published))
        await checklists.add_version(tx, MORNING, 2, "Morgen", plain)

    async with house.database.snapshot() as tx:
        kept = await checklists.get_definition(tx, MORNING, 1)
        steps = await checklists.list_steps(tx, MORNING, 1)
        of_a_plain_list = await checklists.get_definition(tx, MORNING, 2)
        of_none = await checklists.get_definition(tx, MORNING, 3)
    assert kept
    assert from_stored(kept) == published
    assert [(step.label, step.help, step.planned, step.by_itself) for step in steps] == [
        ("Bad", "Se vejledningen.", "together", 0),
        ("Øjendråber", "", "carer", 1),
    ]
    assert (of_a_plain_list, of_none) == (None, None)


def test_a_steps_id_in_the_plain_list_is_another_one_in_each_version_and_checklist():
    definition = read_definition({"title": "Morgen", "steps": STEPS})
    lists = [who_steps(MORNING, 1, definition), who_steps(MORNING, 2, definition), who_steps(id_of("checklist", "Aften"), 1, definition)]  # fmt: skip

    ids = [step.id for steps in lists for step in steps]
    assert len(set(ids)) == len(ids) == 6
    assert who_steps(MORNING, 1, definition) == lists[0]
