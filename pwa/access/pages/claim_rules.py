"""Knows the page on which an administrator says which claim gives which role where; knows nothing of signing in."""

from starlette.responses import RedirectResponse, Response

from pwa.access.pages.authentication import signed_in, signed_in_as
from pwa.access.pages.leader_frame import leader_frame
from pwa.access.pages.people_pages import given_role, refresh_if_leader
from pwa.access.pages.reauthentication import require_reauthentication
from pwa.access.pages.single_sign_on import provider_of
from pwa.access.queries.claim_rules import list_rules
from pwa.access.queries.people import list_teams, team_ids_in_scope
from pwa.access.rules.grants import GRANTABLE
from pwa.access.rules.single_sign_on import add_rule, remove_rule
from pwa.database import Transaction
from pwa.problems import NotFound
from pwa.web.request_body import read_form
from pwa.web.requests import AppRequest, now_of
from pwa.web.responses import page
from pwa.words import Person, RoleName, is_id

PAGE = "/people/claims"
WHO_MAP: tuple[RoleName, ...] = ("administrator",)


async def show_rules(request: AppRequest) -> Response:
    """Which values give what, who said so, and what was removed. Raises NotFound."""
    provider, reader = provider_of(request), await signed_in(request)
    async with request.state.app.database.snapshot() as tx:
        team_ids = await _team_ids(tx, reader)
        frame = await leader_frame(tx, request, reader)
        rules = await list_rules(tx, team_ids)
        teams = await list_teams(tx, team_ids)
    context = {
        "claim": provider.settings.oidc_roles_claim,
        "rules": [rule for rule in rules if rule.removed_at is None],
        "removed": [rule for rule in rules if rule.removed_at is not None],
        "teams": teams,
        "given": list(GRANTABLE["administrator"]),
    }
    return page(request, "access/claims.html", frame, context)


async def do_add(request: AppRequest) -> Response:
    """Let a value give a role from now on. Raises NotFound, NotAChoice, NothingWritten, TooLong."""
    provider_of(request)
    who, form = await signed_in_as(request), await read_form(request)
    reader, role, value = who.person, given_role(form), form.get("value", "")
    if asked := await require_reauthentication(request, who, form):
        return asked

    async def add(tx: Transaction) -> None:
        team_ids = await _team_ids(tx, reader)
        await add_rule(tx, value, role, team_ids, reader.id, now_of(request), request.state.app.new_id)

    await request.state.app.database.write(add)
    return RedirectResponse(PAGE, 303)


async def do_remove(request: AppRequest) -> Response:
    """Let a value give a role no more; those who had it by that lose it at once. Raises NotFound."""
    provider_of(request)
    reader, form = await signed_in(request), await read_form(request)
    rule_id = form.get("rule_id", "")
    if not is_id(rule_id):
        raise NotFound

    async def remove(tx: Transaction) -> None:
        team_ids = await _team_ids(tx, reader)
        ended = await remove_rule(tx, rule_id, team_ids, reader.id, now_of(request), request.state.app.new_id)
        await refresh_if_leader(tx, request, ended)

    await request.state.app.database.write(remove)
    return RedirectResponse(PAGE, 303)


async def _team_ids(tx: Transaction, reader: Person) -> frozenset[str]:
    """Where somebody is an administrator; raises NotFound where nowhere."""
    team_ids = await team_ids_in_scope(tx, reader, WHO_MAP)
    if not team_ids:
        raise NotFound
    return team_ids
