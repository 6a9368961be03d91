"""Knows the ways through a questionnaire's response: from items to those in them, to rows, and to what is answered."""

from pwa.checklists.compiling import NOTHING, Refused, Tree, no_step, not_of_several, unknown
from pwa.checklists.fhir.meanings import Context, Guard, Items, Meaning, Root
from pwa.checklists.outline import Placed
from pwa.words import N_


def children(target: Meaning, context: Context) -> Items:
    """The items in the response, in items or under answers."""
    if isinstance(target, Root):
        found = tuple(placed for placed in context.outline.values() if not placed.groups)
        return Items(found, target.is_whole)
    if isinstance(target, Items):
        inside = {placed.step.id for placed in target.steps}
        found = tuple(placed for placed in context.outline.values() if inside & set(placed.groups[-1:]))
        return Items(found, target.is_whole, target.guards)
    raise unknown("item")


def chosen(items: Items, link: str, context: Context) -> Items:
    """The items with this linkId."""
    if link not in context.links:
        raise no_step(link)
    found = tuple(placed for placed in items.steps if placed.step.link == link)
    if not found:
        raise Refused(N_("The step “%(step)s” is not there, where it is looked for."), step=link)
    return items._replace(steps=found, is_chosen=True)


def below(target: Meaning, context: Context, what: str) -> Items:
    """All items in the response, or in items."""
    if isinstance(target, Root):
        return Items(tuple(context.outline.values()), target.is_whole)
    if isinstance(target, Items):
        inside_of = {placed.step.id for placed in target.steps}
        found = tuple(placed for placed in context.outline.values() if inside_of & set(placed.groups))
        return Items(found, target.is_whole, target.guards)
    raise unknown(what)


def inside(items: Items, context: Context) -> tuple[Context, str | None]:
    """The context in an item, and the innermost repeating group whose rows that goes into, if there is one."""
    placed = items.one("item")
    beyond = context.beyond(placed)
    if set(beyond) & set(context.deeper):
        raise not_of_several("item")
    standing = context.standing
    if beyond:
        if items.is_whole and context.standing:
            raise not_of_several("item")
        standing = (*placed.repeats, placed.step.id) if placed.kind == "repeating_group" else placed.repeats
    within = context._replace(focus=Items((placed,), is_chosen=True), standing=standing)
    return within, beyond[-1] if beyond else None


def readable(items: Items, context: Context, what: str) -> tuple[Placed, Tree, bool]:
    """What is answered at the step of some items: the step, a tree, and whether it may be several."""
    placed = items.one(what)
    is_rows = placed.kind == "repeating_group"
    own_rows = [guard for guard in items.guards if is_rows and guard.group == placed.step.id]
    if items.is_whole and items.guards and context.standing:
        raise not_of_several(what)
    is_seen_from_above = bool(set(placed.repeats) & set(context.deeper))
    if is_seen_from_above and (context.standing or items.guards):
        raise not_of_several(what)
    reads_all = is_seen_from_above or (items.is_whole and not items.guards)
    tree: Tree = {"answers" if reads_all else "answer": placed.step.id}
    if own_rows:
        tree = {"row": placed.step.id}
    many = placed.step.most != 1 or bool(placed.repeats if items.is_whole else context.beyond(placed))
    return placed, guarded(tree, items.guards), many


def guarded(tree: Tree, guards: tuple[Guard, ...]) -> Tree:
    """The tree where all guards are true."""
    for group, condition in guards[::-1]:
        tree = {"each": [group, condition, tree]} if group else {"if": [condition, tree, NOTHING]}
    return tree
