"""Knows when what a plan does to a carer's day is to be told to her; knows no files and no tables' columns.

Told is what takes her by surprise: a visit that her phone may carry already and that is moved, given to somebody
else or cancelled; and one that comes into today or tomorrow once that day was planned.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from pwa.access.queries.people import list_names_of_people
from pwa.care.documents.plan import plan_of
from pwa.care.documents.visit import window
from pwa.care.queries.plan_changes import PlanChange, add_plan_changes, list_planned_days
from pwa.database import Row, Transaction
from pwa.documents.store import DocumentRef
from pwa.words import Json, NewId, day_of, to_text


@dataclass(slots=True)
class PlanNotices:
    """What was noticed during one import: `planned_days` are those of today and tomorrow that teams had before it."""

    today: str
    last_day: str  # that phones carry
    soon: tuple[str, str]
    at: str
    names: Mapping[str, str]
    planned_days: set[tuple[str, str]]
    new_id: NewId
    noticed: list[PlanChange] = field(default_factory=list)

    def notice(
        self, team_id: str, visit_id: str, before: Json | None, after: Json, *, elsewhere: bool = False
    ) -> None:
        """A visit is planned otherwise than before. Both as `snapshot` makes them.

        If `after` is `elsewhere`, in another team, this tells only those whose it was: it is another visit to the rest.
        """
        for carer_id in {**carer_ids(before), **({} if elsewhere else carer_ids(after))}:
            knew, has = self._knew(before, carer_id), carer_id in carer_ids(after) and not after["cancelled"]
            days = [str(each["day"]) for each, told in ((before, knew), (after, has)) if each and told]
            if before == after or not (knew or (has and self._is_surprise(team_id, after))):
                continue
            self.noticed.append(
                PlanChange(
                    team_id, visit_id, self.new_id(), carer_id, max(days), self.at,
                    None if before is None or before["cancelled"] else json.dumps(before, ensure_ascii=False),
                    json.dumps(after, ensure_ascii=False),
                )
            )  # fmt: skip

    def _knew(self, before: Json | None, carer_id: str) -> bool:
        """Whether her phone may carry it as it was."""
        if before is None or before["cancelled"] or carer_id not in carer_ids(before):
            return False
        return self.today <= str(before["day"]) <= self.last_day

    def _is_surprise(self, team_id: str, after: Json) -> bool:
        return after["day"] in self.soon and (team_id, str(after["day"])) in self.planned_days

    def snapshot(
        self, plan: Mapping[str, str | int] | Row, carers: Iterable[str], *, cancelled: bool
    ) -> Json:
        """What is told of a plan: when, where, at whose home, who comes."""
        told = {name: plan[name] for name in ("day", "starts_at", "ends_at", "address")}
        named = [{"id": id, "name": self.names.get(id, "")} for id in carers]
        return {**told, "citizen": plan["citizen_name"], "carers": named, "cancelled": cancelled}

    async def save(self, tx: Transaction) -> list[DocumentRef]:
        """Keep what was noticed; whose documents tell it."""
        await add_plan_changes(tx, self.noticed)
        return [plan_of(carer_id) for carer_id in sorted({each.carer_id for each in self.noticed})]


async def begin_notices(tx: Transaction, now: datetime, new_id: NewId) -> PlanNotices:
    """Before anything of an import is done."""
    today: date = day_of(now)
    soon = (today.isoformat(), (today + timedelta(days=1)).isoformat())
    names, planned = await list_names_of_people(tx), await list_planned_days(tx, soon)
    return PlanNotices(soon[0], window(today)[1], soon, to_text(now), names, planned, new_id)


def carer_ids(plan: Json | None) -> dict[str, None]:
    """Who comes, in plan order."""
    carers = plan["carers"] if plan else []
    assert isinstance(carers, list)
    return {carer["id"]: None for carer in carers}
