"""Knows who has what, when that was last confirmed and what is overdue; knows nothing of how it is confirmed."""

from collections.abc import Collection
from typing import TypedDict

from pwa.access.documents.people import HeldRole, IsOurs, held_role
from pwa.access.queries.grants import list_roles_of_teams
from pwa.access.queries.reviews import RoleEvent, list_history, list_last_reviews
from pwa.database import Transaction
from pwa.words import Role

MOST_HISTORY = 100


class ReviewedRole(HeldRole):
    """A role, and who confirmed it last (`by_name`, None: nobody has) or since when it has been there."""

    since: str
    by_name: str | None
    is_overdue: bool


class Reviewed(TypedDict):
    """Somebody's roles in the reader's teams. `is_ours`: the reader may confirm at least one of them."""

    id: str
    name: str
    roles: list[ReviewedRole]
    is_overdue: bool
    is_ours: bool


class Review(TypedDict):
    """Who has what: those who are overdue, those who are not, and what came of roles lately."""

    overdue: list[Reviewed]
    confirmed: list[Reviewed]
    history: list[RoleEvent]


async def review_document(
    tx: Transaction, reader_id: str, team_ids: Collection[str], is_ours: IsOurs, now: str, due_before: str
) -> Review:
    """Of these teams. The longest overdue comes first. Nobody confirms their own."""
    last = await list_last_reviews(tx, team_ids)
    people: dict[str, Reviewed] = {}
    for row in await list_roles_of_teams(tx, team_ids, now):
        person = people.setdefault(
            row.person_id,
            {
                "id": row.person_id,
                "name": row.person,
                "roles": [],
                "is_overdue": False,
                "is_ours": False,
            },
        )
        at, by_name = last.get((row.person_id, row.role, row.team_id), ("", None))
        since = max(at, row.starts_at)
        role: ReviewedRole = {
            **held_role(row, now),
            "since": since,
            "by_name": by_name if since == at else None,
            "is_overdue": since <= due_before,
        }
        person["roles"].append(role)
        person["is_overdue"] |= role["is_overdue"]
        is_own = row.person_id == reader_id
        person["is_ours"] |= not is_own and is_ours(Role(row.role, row.team_id))
    by_age = sorted(people.values(), key=lambda person: min(role["since"] for role in person["roles"]))
    return {
        "overdue": [person for person in by_age if person["is_overdue"]],
        "confirmed": [person for person in people.values() if not person["is_overdue"]],
        "history": await list_history(tx, team_ids, MOST_HISTORY),
    }
