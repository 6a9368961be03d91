"""Expressions made by lot, with values made by lot: what both sides make of them, or that one refuses aloud.

Only one thing is not allowed: that both give a page, and not the same one.
"""

from pathlib import Path
from random import Random

import jinja2
import pytest

from pwa.templating.jinja_to_js import calls, compile_templates
from pwa.templating.jinja_to_js.known import TESTS as KNOWN_TESTS
from pwa.templating.render import make_environment
from tests.phone_rendering import Case, render_on_phone

NAMES = "abcdefg"
# fmt: off
FILTERS = [
    "capitalize", "default('x')", "default(_('<b>'))", "join(',')", "join('<')", "join(_('<i>'))", "last", "length", "list",
    "replace('a','<b>')", "replace('a',_('<b>'))", "replace('<','&')", "map(attribute='n')",
    "map(attribute='n',default='-')", "map('capitalize')", "map('replace','a','b')", "selectattr('n')",
    "selectattr('n','eq','a')", "rejectattr('n')", "rejectattr('n','none')",
]
TESTS = ["eq('a')", "eq(1)", "none"]
TEXTS = [
    "", "a", "b", "A", "B", "abc", "æøå", "Æ", " x y ", "<a&b>", "it's", "Å a_b-c (d)", "👩🏽‍⚕️é", "\ue000\U0001f600", "1",
    "hello big wide world", "\xa0 q\x1f", "ß", "İ", "ΑΣ", "\n\t",
]
# fmt: on
NUMBERS = [0, 1, 2, -3, 7, 12345678901]

# Prints any value with its kind, so that a text and HTML, nothing and nought, are told apart. The tests that it asks
# are no page's: same_bytes.mjs has them beside the phone's.
KINDS = {"boolean", "mapping", "number", "string", "undefined"}
SHOW = """
{%- macro show(v) -%}
{%- if v is undefined %}undefined{% elif v is none %}none{% elif v is boolean %}{{ 'true' if v else 'false' }}
{%- elif v is string %}"{{ v }}"{% elif v is number %}{{ v }}
{%- elif v is mapping %}{% for k in v %}{{ k }}={{ show(v[k]) }},{% endfor %}
{%- else %}[{% for x in v %}{{ show(x) }},{% endfor %}]{% endif -%}
{%- endmacro -%}
"""


class Lot:
    """Makes values and expressions, always the same ones for the same number."""

    def __init__(self, number: int):
        self.lot = Random(number)

    def value(self, deep: int = 0) -> object:
        kind = self.lot.randrange(12 if deep < 2 else 9)
        if kind < 2:
            return self.lot.choice([None, True, False])
        if kind < 4:
            return self.lot.choice(NUMBERS)
        if kind < 9:
            return self.lot.choice(TEXTS)
        if kind == 9:
            return {
                self.lot.choice(["n", "m", "a b"]): self.value(deep + 1) for _ in range(self.lot.randrange(3))
            }
        many = [
            {"n": self.lot.choice("abAB"), "m": self.lot.choice([1, 2])},
            self.lot.choice(TEXTS),
            self.lot.randrange(5),
        ]
        one_kind = self.lot.choice(many)
        return [
            one_kind if self.lot.random() < 0.7 else self.value(deep + 1)
            for _ in range(self.lot.randrange(5))
        ]

    def expression(self, deep: int = 0) -> str:
        kind = self.lot.randrange(17)
        if deep > 2 or kind < 4:
            return self.lot.choice(NAMES)
        if kind == 16:
            return self.lot.choice(["_('<b>')", "_('%(x)s &', x='<')"])
        one, other, third = (self.expression(deep + 1) for _ in range(3))
        if kind < 9:
            return f"({one})|{self.lot.choice(FILTERS)}"
        return self.lot.choice(
            [
                f"({one} {self.lot.choice(['+', '-', '//', '%', '~'])} {other})",
                f"({one} {self.lot.choice(['==', '!=', '<', '<=', '>', 'in', 'not in'])} {other})",
                f"({one} {self.lot.choice(['and', 'or'])} {other})",
                f"({one} if {other} is {self.lot.choice(TESTS)} else {third})",
                f"({one})[{self.lot.choice(['0', '-1', '9', ':2', '-2:', '1:', '::2', repr('n')])}]",
                f"({one}).{self.lot.choice('nm')}",
                f"[{one}, {other}]",
            ]
        )


@pytest.mark.slow
def test_no_expression_differs_in_silence(tmp_path: Path, monkeypatch):
    monkeypatch.setattr(calls, "TESTS", KNOWN_TESTS | KINDS)
    lot = Lot(2026)
    pages = {
        f"{n}.html": f"{{% from 'show.html' import show %}}{{% set v = {lot.expression()} %}}{{{{ show(v) }}}}"
        for n in range(2000)
    }
    templates = {"show.html": SHOW, **pages}
    cases = [Case(name, {"language": "en"} | {each: lot.value() for each in NAMES}) for name in pages]
    environment = make_environment(jinja2.DictLoader(templates))

    on_phone = render_on_phone(compile_templates(environment, templates), cases, tmp_path)

    same = 0
    for case, rendered in zip(cases, on_phone, strict=True):
        try:
            on_server = environment.get_template(case.name).render(case.context)
        except Exception:
            continue
        if rendered.html is not None:
            assert rendered.html == on_server, (templates[case.name], case.context)
            same += 1
    assert same > 200
