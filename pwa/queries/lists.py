"""Knows how a list becomes parameters of a statement; knows no tables."""

from collections.abc import Collection, Iterable

Key = tuple[str, str]
"""team_id and visit_id."""


def each_of(name: str, values: Collection[str]) -> tuple[str, dict[str, str]]:
    """A named parameter for each value, for `in (...)`: the names with commas between, and the parameters.

    The last value is said again until they are 1, 2, 4, 8 ... so that few different statements are prepared.
    Nothing is in an empty list.

    >>> each_of("team", ["a", "b", "c"])
    (':team_0, :team_1, :team_2, :team_3', {'team_0': 'a', 'team_1': 'b', 'team_2': 'c', 'team_3': 'c'})
    """
    said = sorted(values)
    said += said[-1:] * ((1 << (len(said) - 1).bit_length()) - len(said))
    params = {f"{name}_{number}": value for number, value in enumerate(said)}
    return ", ".join(f":{param}" for param in params) or "null", params


def of_visits(keys: Iterable[Key]) -> tuple[str, dict[str, str]]:
    """The condition that a row belongs to one of these visits, and its parameters.

    It lets through other pairs of these teams and visits too; there are none, unless two teams share an id.
    """
    teams, team_params = each_of("team", {team_id for team_id, _ in keys})
    visits, visit_params = each_of("visit", {visit_id for _, visit_id in keys})
    return f"team_id in ({teams}) and visit_id in ({visits})", {**team_params, **visit_params}
