"""The compiler: what it takes to the phone is the same there, and what it cannot take it refuses by file and line."""

import json
import re
import subprocess
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import jinja2
import pytest

from pwa.templating.jinja_to_js import NotForThePhone, compile_templates
from pwa.templating.jinja_to_js.known import DATE_FILTERS, FILTERS, FUNCTIONS, TESTS
from pwa.templating.render import compiled_templates, make_environment
from tests.phone_rendering import Case, render_on_phone

ROOT = Path(__file__).parents[2]
MADE = json.loads((Path(__file__).parents[1] / "probes.json").read_text(encoding="utf-8"))
PROBES = {f"probe-{probe['id']}.html": probe for probe in MADE["probes"]}

# 1.0 is 1 once it has been JSON, so only the server can refuse to print it. No document holds such a number.
REFUSED_BEFORE_THE_PHONE = {"probe-71.html"}
# An object with keys that look like numbers. JavaScript moves them to the front; the phone says so. No document has any.
REFUSED_BY_THE_PHONE = {"probe-177.html"}


@dataclass(frozen=True)
class Outcome:
    """What became of a template: refused by the compiler, or rendered, or refused, on each side."""

    refusal: str | None = None
    on_server: str | None = None
    on_phone: str | None = None


def outcomes(
    templates: dict[str, str], contexts: dict[str, dict[str, object]], folder: Path
) -> dict[str, Outcome]:
    """Each template of `contexts` compiled alone, then those that could be rendered on both sides."""
    environment = make_environment(jinja2.DictLoader(templates))
    refusals = {name: refused(environment, name) for name in contexts}
    kept = [name for name in contexts if refusals[name] is None]
    cases = [Case(name, {**contexts[name], "language": "en"}) for name in kept]
    on_phone = render_on_phone(compile_templates(environment, kept), cases, folder)
    compiled = {
        case.name: Outcome(on_server=on_server(environment, case), on_phone=rendered.html)
        for case, rendered in zip(cases, on_phone, strict=True)
    }
    return {name: compiled.get(name, Outcome(refusals[name])) for name in contexts}


def refused(environment: jinja2.Environment, name: str) -> str | None:
    """Why the compiler, or Jinja itself, does not take a template."""
    try:
        compile_templates(environment, [name])
    except NotForThePhone as refusal:
        return str(refusal)
    except jinja2.TemplateSyntaxError as error:
        return f"{error.name}:{error.lineno}: {error.message}"
    return None


def on_server(environment: jinja2.Environment, case: Case) -> str | None:
    """The server's HTML, or None for an error, of which Python has many kinds."""
    try:
        return environment.get_template(case.name).render(case.context)
    except Exception:
        return None


@pytest.fixture(scope="module")
def probed(tmp_path_factory):
    templates = MADE["templates"] | {name: probe["template"] for name, probe in PROBES.items()}
    contexts = {name: probe["context"] for name, probe in PROBES.items()}
    return outcomes(templates, contexts, tmp_path_factory.mktemp("probes"))


def fate(name: str, outcome: Outcome) -> str:
    """How a probe ended, in a word."""
    if outcome.refusal:
        return "refused by the compiler"
    if outcome.on_server == outcome.on_phone:
        return "the same bytes" if outcome.on_server is not None else "refused by both"
    if name in REFUSED_BEFORE_THE_PHONE and outcome.on_server is None:
        return "refused before the phone"
    if name in REFUSED_BY_THE_PHONE and outcome.on_phone is None:
        return "refused by the phone"
    return f"different: {name}"


def test_no_probe_is_different_on_the_phone_in_silence(probed):
    fates = Counter(fate(name, outcome) for name, outcome in probed.items())

    assert fates == {
        "the same bytes": 75,
        "refused by both": 19,
        "refused by the compiler": 91,
        "refused before the phone": 1,
        "refused by the phone": 1,
    }
    assert fates.total() == 187


def test_every_refusal_says_where(probed):
    refusals = {name: outcome.refusal for name, outcome in probed.items() if outcome.refusal}

    assert len(refusals) > 50
    for name, refusal in refusals.items():
        assert re.match(rf"{name}:\d+: .", refusal), refusal


ONLY_FILTERS = (
    "only capitalize, date, default, full_date, join, last, length, list, map, rejectattr, replace, selectattr, "
    "short_date, since, time, time_on, weekday"
)
ONLY_TESTS = "only eq, none"
NOT_CALLED = "is not a macro of this template, and the phone has no methods"

REFUSED = [
    ("{{ x|wordwrap(10) }}", f"the phone has no filter 'wordwrap', {ONLY_FILTERS}"),
    ("{{ x|upper }}", f"the phone has no filter 'upper', {ONLY_FILTERS}"),
    ("{{ x|e }}", f"the phone has no filter 'e', {ONLY_FILTERS}"),
    ("{{ xs|select|list|length }}", f"the phone has no filter 'select', {ONLY_FILTERS}"),
    ("{{ xs|map('pprint') }}", f"the phone has no filter 'pprint', {ONLY_FILTERS}"),
    ("{{ xs|map(how) }}", "the filter or test to use must be named by a plain string"),
    ("{{ xs|selectattr|list|length }}", "the filter 'selectattr' wants the name of an attribute"),
    ("{{ x|replace(1, 2, 3) }}", "the filter 'replace' takes 2 arguments on the phone"),
    ("{{ x|replace(1, old=2) }}", "the filter 'replace' takes no 'old' on the phone"),
    ("{% if x is callable %}{% endif %}", f"the phone has no test 'callable', {ONLY_TESTS}"),
    ("{% if x is defined %}{% endif %}", f"the phone has no test 'defined', {ONLY_TESTS}"),
    ("{% set a = xs|selectattr('a', 'sameas', 1)|list %}", f"the phone has no test 'sameas', {ONLY_TESTS}"),
    ("{{ random(xs) }}", f"random() {NOT_CALLED}"),
    ("{{ range(3) }}", f"range() {NOT_CALLED}"),
    ("{{ xs.append(1) }}", f"append() {NOT_CALLED}"),
    ("{{ x.upper() }}", f"upper() {NOT_CALLED}"),
    ("{% for x in xs %}{{ loop.cycle(1, 2) }}{% endfor %}", f"cycle() {NOT_CALLED}"),
    ("{{ xs[0]('a') }}", "only macros and messages can be called"),
    ("{{ f(*xs) }}{% macro f(a) %}{% endmacro %}", "* and ** in a call are not for the phone"),
    ("{{ visit.items }}", "'items' is a method in Python; give the part another name"),
    ("{{ visit['copy'] }}", "'copy' is a method in Python; give the part another name"),
    ("{{ x == 1 }}", "only text and whole numbers can be printed"),
    ("{{ none }}", "only text and whole numbers can be printed"),
    ("{{ [1, 2] }}", "only text and whole numbers can be printed"),
    ("{{ 'a' if x else none }}", "only text and whole numbers can be printed"),
    ("{{ 1 / 2 }}", "Div is not for the phone"),
    ("{{ x|default(0.5) }}", "a number with a decimal point is not for the phone"),
    ("{{ '%s' % x }}", "text is put together with ~ or in a message, not with %"),
    ("{% if 1 < x < 3 %}{% endif %}", "compare two values at a time"),
    ("{% set a = 'b' if x %}", "an `if` without `else` can only be printed at once; write the else"),
    ("{% set a = {x: 1} %}", "the keys of an object are plain strings"),
    ("{% set a = {'1': 1} %}", "a key that looks like a number loses its place in JavaScript"),
    ("{% set _a = 1 %}", "only names without a leading underscore can be set"),
    ("{{ self.a() }}", f"a() {NOT_CALLED}"),
    ("{% extends which %}", "a template must be named by a plain string"),
    ("{% include 'nowhere.html' %}", "there is no template nowhere.html"),
    ("{% from 'nowhere.html' import a %}", "there is no template nowhere.html"),
    (
        "{% if x %}{% extends 'base.html' %}{% endif %}",
        "extends stands first in a template, not inside something",
    ),
    ("{% extends 'base.html' %}lost", "this stands outside every block, so nobody would see it"),
    (
        "{% for x in xs recursive %}{% endfor %}",
        "a recursive loop is not for the phone; write a macro that calls itself",
    ),
    ("{% autoescape false %}{% endautoescape %}", "Scope is not for the phone"),
    ("{{ _(words) }}", "_() wants its message as a plain string, and values by name"),
    ("{{ _('Hi %(name)s') }}", "the message 'Hi %(name)s' is not given name"),
    ("{{ _('100 %') }}", "the message '100 %' may hold only %(name)s and %%"),
]


@pytest.mark.parametrize(("template", "why"), REFUSED)
def test_what_the_phone_cannot_do_is_refused_with_file_line_and_reason(template, why):
    loader = jinja2.DictLoader({"page.html": f"<p>\n\n{template}", "base.html": ""})
    with pytest.raises(NotForThePhone) as refusal:
        compile_templates(make_environment(loader), ["page.html"])

    assert str(refusal.value) == f"page.html:3: {why}"


TRICKY = [
    "{% set x = 1 %}{% for i in xs %}{% set x = x + i %}{{ x }},{% endfor %}{{ x }}",
    "{% for i in xs %}{% if loop.first %}{% set y = i %}{% endif %}{{ y|default('gone') }}{% endfor %}",
    "{% if false %}{% set s = 'new' %}{% endif %}{{ s }}",
    "{% macro f() %}{{ v }}{% endmacro %}{% set v = 'set later' %}{{ f() }}",
    "{% macro f(a, b='<b>', c=none) %}{{ a }}{{ b }}{{ 'none' if c is none else c }};{% endmacro %}{{ f(1) }}{{ f(1, c=2) }}{{ f(b=1, a=2) }}",
    "{% macro f(s) %}{{ s }}{% endmacro %}{{ f('own') }}{{ s }}",
    "{% macro down(n) %}{{ n }}{% if n > 0 %}{{ down(n - 1) }}{% endif %}{% endmacro %}{{ down(3) }}",
    "{% macro box() %}[{{ caller('<', 2) }}]{% endmacro %}{% call(a, b=1) box() %}{{ a }}{{ b }}{{ s }}{% endcall %}",
    "{% macro outer() %}{% macro inner() %}{{ s }}{% endmacro %}{{ inner() }}{% endmacro %}{{ outer() }}",
    "{% with s = 'within', t = s %}{{ s }}{{ t }}{% endwith %}{{ s }}",
    "{% for a, (b, c) in [(1, (2, 3))] %}{{ a }}{{ b }}{{ c }}{% endfor %}",
    "{% for i in xs if i != 2 %}{{ loop.index }}/{{ loop.length }}:{{ i }}{% if not loop.last %},{% endif %}{% else %}none{% endfor %}",
    "{% for i in xs %}{% for j in xs %}{{ loop.index }}{% endfor %}{{ loop.index }};{% endfor %}",
    "{% for i in [] %}{% else %}{% set s = 'inside' %}{{ s }}{% endfor %}{{ s }}",
    "{% set text %}<i>{{ s }}</i>{% endset %}{{ text }}{{ text|capitalize }}{{ text ~ s }}{{ s ~ text }}",
    "{% set text | replace('x', '<') %}<i>x</i>{% endset %}{{ text }}",
    "{% filter capitalize|replace('b', '<') %}<b>{{ s }}</b>{% endfilter %}",
    "{% set ns = namespace(n=0, last=none) %}{% for i in xs %}{% set ns.n = ns.n + i %}{% set ns.last = i %}{% endfor %}{{ ns.n }}{{ ns.last }}",
    "{{ 'yes' if xs and not empty or s == 'x' else 'no' }}{{ s or 'never' }}{{ empty or 'instead' }}{{ (xs and s) }}",
    "{{ 'shown' if xs }}{{ 'hidden' if empty }}{{ 'a' if empty else 'b' if xs }}",
    "{{ xs[0] }}{{ xs[-1] }}{{ xs[1:] | join }}{{ s[:2] }}{{ s[-1] }}{{ visit['name'] }}{{ visit.missing|default('-') }}",
    "{{ _('<b>%(a)s</b> 100 %%', a=s) }}{{ ngettext('%(num)s visit', '%(num)s visits', 1) }}{{ ngettext('one', '%(num)s of %(all)s', 3, all=s) }}",
    "{% trans a=s, b=visit.name %}A {{ a }} and {{ b }} 50 %{% endtrans %}{% trans n=xs|length %}one{% pluralize %}{{ n }} many{% endtrans %}",
    "{% import 'macros.html' as m %}{{ m.f('<') }}{{ m.WORD }}{% from 'macros.html' import f as g, WORD %}{{ g(WORD) }}",
    "{% extends 'base.html' %}{% set s = 'from the child' %}{% from 'macros.html' import f %}{% block a %}{{ super() }}{{ f(s) }}{% endblock %}",
    "{% extends 'middle.html' %}{% block a %}<{{ super() }}>{% endblock %}",
    "{% for i in xs %}{% block item scoped %}{{ i }}{% endblock %}{% endfor %}",
    "{% for i in xs %}{% include 'part.html' %}{% endfor %}{% include 'part.html' without context %}{{ s }}",
    "{% include ['nowhere.html', 'part.html'] %}{% include 'nowhere.html' ignore missing %}",
    "{%- for i in xs -%}\n  {{ i }}  \n{%- endfor %}\n\n{# gone #}\n  {% if xs %}\n  line\n  {% endif %}\n",
    "{{ '\\\\ \\u2028 </script> \"q\" `${x}`' }}\\ ` ${x} \u2028",
]
BESIDE = {
    "macros.html": "{% set WORD = '<w>' %}{% macro f(a) %}({{ a }}{{ s|default('no s') }}){% endmacro %}",
    "base.html": "{% set s = s|default('base') %}<{% block a %}a{{ s }}{% endblock %}|{% block b %}b{% endblock %}>",
    "middle.html": "{% extends 'base.html' %}{% block a %}middle {{ super() }}{% endblock %}{% block b %}{% endblock %}",
    "part.html": "{% set s = 'part' %}{{ i|default('-') }}{{ s }}",
}


def test_names_blocks_and_macros_are_found_as_jinja_finds_them(tmp_path: Path):
    templates = BESIDE | {f"tricky-{number}.html": template for number, template in enumerate(TRICKY)}
    given = {"s": "<s>", "xs": [1, 2, 3], "empty": [], "visit": {"name": "O'Neil"}}
    contexts: dict[str, dict[str, object]] = {
        name: {**given} for name in templates if name.startswith("tricky")
    }

    found = outcomes(templates, contexts, tmp_path)

    assert found.keys() == contexts.keys()
    for name, outcome in found.items():
        assert outcome.refusal is None, templates[name]
        assert outcome.on_server is not None, templates[name]
        assert outcome.on_phone == outcome.on_server, templates[name]


def test_the_compiler_and_the_phone_know_the_same_names():
    program = """
      import { filters } from "./service_worker/jinja/filters.js";
      import { tests } from "./service_worker/jinja/tests.js";
      console.log(JSON.stringify([Object.keys(filters), Object.keys(tests)]));
    """
    answer = subprocess.run(
        ["node", "--input-type=module", "--eval", program],
        cwd=ROOT,
        capture_output=True,
        check=True,
        timeout=60,
    )
    filters, tests = map(set, json.loads(answer.stdout))

    assert filters == FILTERS.keys() | DATE_FILTERS.keys()
    assert tests == TESTS


def test_what_the_phone_knows_by_name_is_used_by_a_template_of_the_phones():
    made = compiled_templates()

    assert set(re.findall(r"\bfilters\.(\w+)\(", made)) == FILTERS.keys() | DATE_FILTERS.keys()
    assert set(re.findall(r"\btests\.(\w+)\(", made)) == TESTS
    assert {name for name in FUNCTIONS if f"r.{name}(" in made} == FUNCTIONS


def test_the_module_is_plain_functions_that_evaluate_nothing():
    loader = jinja2.DictLoader({"page.html": "{{ '</script>' }}{% set a = 1 %}{{ a }}"})
    module = compile_templates(make_environment(loader), ["page.html"])

    assert module.startswith("export default (r, filters, tests) => ({")
    assert not re.search(r"\beval\b|\bFunction\b|\bimport\b", module)
