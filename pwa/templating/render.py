"""Knows Jinja, held to what the phone can do as well; knows no page.

One environment serves every template. It prints only text and whole numbers, and refuses what is undefined, as the
phone does. The language is a name in the page like any other: `language`.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import cache, wraps

import jinja2
from jinja2 import nodes, pass_context, pass_eval_context
from jinja2.nodes import EvalContext
from jinja2.runtime import Context, Undefined
from markupsafe import Markup

from pwa.logs import log, what_and_where
from pwa.resources import resource
from pwa.templating import dates, translation
from pwa.templating.jinja_to_js import compile_templates
from pwa.templating.translation import translate
from pwa.words import N_

__all__ = ["NotPrintable", "compiled_templates", "load_templates", "make_environment", "render", "translate"]

FOLDER = resource("templates")


# Jinja's own give generators, which are true even when nothing comes out of them.
LAZY_FILTERS = ("map", "select", "reject", "selectattr", "rejectattr", "unique", "reverse", "items")


class NotPrintable(TypeError):
    """A page was about to say True, None, 2.0 or a whole list to somebody."""


def printable(value: object) -> object:
    """The value, when a page may say it. Raises NotPrintable; what is undefined says so itself when it is printed."""
    if isinstance(value, str | Undefined) or (isinstance(value, int) and not isinstance(value, bool)):
        return value
    raise NotPrintable(f"a page cannot print {type(value).__name__}")


@pass_eval_context
def _guard(_: EvalContext, value: object) -> object:
    """Every value on its way into a page. It asks for a context because Jinja lets constants by otherwise."""
    return printable(value)


class Environment(jinja2.Environment):
    """Jinja, with every macro imported with context: a macro needs the language of the page that calls it."""

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        for node in tree.find_all((nodes.Import, nodes.FromImport)):
            setattr(node, "with_context", True)  # noqa: B010 - Jinja's types know it as any statement
        return tree


def make_environment(loader: jinja2.BaseLoader | None = None) -> Environment:
    """The environment of every template, or of the loader's."""
    environment = Environment(
        loader=loader or jinja2.FileSystemLoader(FOLDER),
        undefined=jinja2.StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        finalize=_guard,
        extensions=["jinja2.ext.i18n"],
    )
    setattr(environment, "newstyle_gettext", True)  # noqa: B010 - the extension adds it; Jinja's types do not
    environment.globals |= {"_": _gettext, "gettext": _gettext, "ngettext": _ngettext, "safely": _safely}
    for name in LAZY_FILTERS:
        environment.filters[name] = _at_once(environment.filters[name])
    environment.filters |= {
        "date": _in_page_language(dates.write_date),
        "time": _in_page_language(dates.write_time),
        "weekday": _in_page_language(dates.write_weekday),
        "full_date": _in_page_language(dates.write_full_date),
        "short_date": _in_page_language(dates.write_short_date),
        "since": _in_page_language(dates.write_since),
        "time_on": _in_page_language(dates.write_time_on),
    }
    return environment


@cache
def _environment() -> Environment:
    return make_environment()


def render(name: str, context: Mapping[str, object], language: str) -> str:
    """A page or a fragment as HTML."""
    return _environment().get_template(name).render({**context, "language": language})


def load_templates() -> None:
    """Read and compile every template now, not when its page is first asked for."""
    for name in _environment().list_templates():
        _environment().get_template(name)


def compiled_templates() -> str:
    """templates.js: every template of the carer's pages. Raises NotForThePhone for what the phone cannot do."""
    environment = _environment()
    return compile_templates(environment, environment.list_templates(filter_func=_is_carers))


def _is_carers(name: str) -> bool:
    return name.startswith("carer/") and name.endswith(".html")


@pass_context
def _gettext(context: Context, message: str, /, **values: object) -> Markup:
    found = translation.find_message(message, context["language"])
    return Markup(found) % _all_printable(values)


@pass_context
def _ngettext(context: Context, one: str, many: str, number: int, /, **values: object) -> Markup:
    found = translation.find_plural(one, many, number, context["language"])
    return Markup(found) % _all_printable({"num": number, **values})


def _all_printable(values: Mapping[str, object]) -> dict[str, object]:
    return {name: printable(value) for name, value in values.items()}


def _at_once(lazy: Callable[..., object]) -> Callable[..., object]:
    """The same filter, giving a list: one that is empty is false, as on the phone."""

    @wraps(lazy)
    def filtered(*args: object, **kwargs: object) -> object:
        found = lazy(*args, **kwargs)
        return list(found) if isinstance(found, Iterator) else found

    return filtered


def _in_page_language(write: Callable[..., str]) -> Callable[..., str]:
    @pass_context
    def filtered(context: Context, *moments: str) -> str:
        return write(context["language"], *moments)

    return filtered


CELL = '<tr><td colspan="20"><span class="mark warn">{1}</span></td></tr>'
"""Of a table; words that stand in no cell would be moved out in front of it. No table has more columns."""


@pass_context
def _safely(context: Context, row_id: object, element: str, caller: Callable[[], str]) -> str:
    """One row of a list, an element of its own. One that cannot be drawn says so by its id, and the page stands."""
    try:
        return caller()
    except Exception as error:
        row = row_id if isinstance(row_id, str) else ""
        log.error("a row was not drawn", row=row, **what_and_where(error))
        words = translate(N_("This cannot be shown: %(id)s"), context["language"], id=row)
        return Markup(CELL if element == "tr" else '<{0} class="mark warn">{1}</{0}>').format(element, words)
