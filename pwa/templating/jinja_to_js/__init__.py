"""Templates to JavaScript: Jinja2 parses them, and the syntax tree is written out as plain functions.

The server lets the compiler read every template of the phone when it starts. What the compiler does not know, or
what the phone cannot do exactly as the server does it, is NotForThePhone: an error with template and line, so the
compiler is also the lint. The text is a static module: nothing is evaluated on the phone.

Twin: service_worker/jinja/runtime.js, filters.js and tests.js are what the compiled functions call.
"""

from collections.abc import Iterable

from jinja2 import Environment

from pwa.templating.jinja_to_js.place import NotForThePhone, literal
from pwa.templating.jinja_to_js.templates import Template

__all__ = ["NotForThePhone", "compile_templates"]


def compile_templates(environment: Environment, names: Iterable[str]) -> str:
    """The text of an ES module with these templates and every template they need.

    Its default export is a function of the runtime, the filters and the tests, which gives the templates by name.
    Raises NotForThePhone, and jinja2.TemplateSyntaxError for what Jinja itself does not understand.
    """
    found = frozenset(environment.list_templates())
    compiled: dict[str, str] = {}
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name not in compiled:
            template = _read(environment, name, found)
            compiled[name] = template.compiled()
            waiting.extend(template.needed())
    templates = "".join(f"{literal(name)}: {compiled[name]},\n" for name in sorted(compiled))
    return f"export default (r, filters, tests) => ({{\n{templates}}});\n"


def _read(environment: Environment, name: str, found: frozenset[str]) -> Template:
    if environment.loader is None:
        raise NotForThePhone(f"{name}: the environment has no loader")
    source, file, _ = environment.loader.get_source(environment, name)
    return Template(name, environment.parse(source, name, file), found)
