"""Knows how it is told at a terminal what a list of employees would do, by name."""

from collections.abc import Iterable, Sequence

from pwa.commands.words import say
from pwa.imports.apply.people_summary import Leaving, PeopleSummary
from pwa.imports.read.people_file import ROLE_WORDS
from pwa.words import N_

MOST_NAMED = 50
"""So many of each kind are named; the rest are counted."""
NEW_TEAMS = N_("New teams (%(number)d):")
NEW_ROLES = N_("New as leader, organiser, administrator or data-protection officer (%(number)d):")
RENAMED = N_("Another name (%(number)d):")
MOVED = N_("From one team to another (%(number)d):")
LEAVING = N_("Leaves a team (%(number)d):")


def lines_of_people(summary: PeopleSummary) -> list[str]:
    """Each kind that there is: how many, and who."""
    roles = [
        f"{say('Row %(row)d', row=each.row)}, {each.name}: {ROLE_WORDS[each.role]}, {each.team}"
        for each in summary.new_roles
    ]
    renamed = [
        f"{say('Row %(row)d', row=each.row)}: {each.before} → {each.after}" for each in summary.renamed
    ]
    return [
        *_listed(NEW_TEAMS, summary.new_teams),
        *_listed(NEW_ROLES, roles),
        *_listed(RENAMED, renamed),
        *_listed(MOVED, [_moved(each) for each in summary.leaving if each.come_to]),
        *_listed(LEAVING, [_moved(each) for each in summary.leaving if not each.come_to]),
    ]


def _moved(each: Leaving) -> str:
    place = say("Row %(row)d", row=each.row)
    come_to = f" → {', '.join(each.come_to)}" if each.come_to else ""
    return f"{place}, {each.name}: {', '.join(each.teams)}{come_to}"


def _listed(heading: str, named: Sequence[str]) -> Iterable[str]:
    if named:
        yield say(heading, number=len(named))
        yield from (f"  {each}" for each in named[:MOST_NAMED])
    if len(named) > MOST_NAMED:
        yield f"  {say('... and %(number)d more.', number=len(named) - MOST_NAMED)}"
