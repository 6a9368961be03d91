"""Knows the catalogues: the words of each language, and how a message is chosen. Knows nothing about templates.

Message ids are English. Twin: service_worker/jinja/translation.js, which is handed the same catalogues.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from gettext import c2py
from pathlib import Path
from typing import TypedDict

from babel import Locale
from babel.messages.pofile import read_po

from pwa.resources import resource

FOLDER = resource("locales")
LANGUAGES = {"da": "Dansk", "en": "English"}


class PhoneCatalogue(TypedDict):
    """A catalogue as the phone gets it: each message's forms, and which form a CLDR plural category takes."""

    messages: Mapping[str, list[str]]
    plural_forms: Mapping[str, int]


@dataclass(frozen=True)
class Catalogue:
    """One language: every message with its one form, or its plural forms in gettext's order."""

    messages: Mapping[str, list[str]]
    plural_forms: Mapping[str, int]
    plural_form: Callable[[int], int]


class PluralsDisagree(Exception):
    """The catalogue's plural rule is not the one that browsers have for the language (CLDR's)."""


def catalogue_path(language: str) -> Path:
    """Where a language's catalogue is."""
    return FOLDER / language / "LC_MESSAGES" / "haand.po"


@cache
def catalogue(language: str) -> Catalogue:
    """The catalogue of a language, read from its .po file. Raises KeyError for a language we do not have."""
    if language not in LANGUAGES:
        raise KeyError(language)
    with catalogue_path(language).open("rb") as file:
        read = read_po(file, locale=language, abort_invalid=True)
    messages: dict[str, list[str]] = {}
    for message in read:
        if message.id and not message.fuzzy:
            forms = message.string or ""
            messages[_first(message.id)] = [forms] if isinstance(forms, str) else list(forms)
    plural_form = c2py(read.plural_expr)
    return Catalogue(messages, _plural_forms(language, plural_form), plural_form)


def _first(message_id: str | tuple[str, ...] | list[str]) -> str:
    return message_id if isinstance(message_id, str) else message_id[0]


def _plural_forms(language: str, plural_form: Callable[[int], int]) -> dict[str, int]:
    category = Locale.parse(language).plural_form
    forms: dict[str, int] = {}
    for number in range(1000):
        if forms.setdefault(category(number), plural_form(number)) != plural_form(number):
            raise PluralsDisagree(f"{language}: {number} is {category(number)!r}")
    return forms


def catalogues(said_by: str) -> dict[str, PhoneCatalogue]:
    """Every language's catalogue, as the phone gets it in catalogues.js.

    Of the messages only those that stand in `said_by`, which is the code of everything that says something there, and
    that are said otherwise than they are written: the phone falls back to the message itself, as we do.
    """
    return {
        language: {
            "messages": {
                message: forms
                for message, forms in catalogue(language).messages.items()
                if forms != [message] and _stands_in(message, said_by)
            },
            "plural_forms": catalogue(language).plural_forms,
        }
        for language in LANGUAGES
    }


def _stands_in(message: str, code: str) -> bool:
    quoted = (message, *(json.dumps(message, ensure_ascii=plain)[1:-1] for plain in (True, False)))
    return any(form in code for form in quoted)


def find_message(message: str, language: str) -> str:
    """The message in a language, not yet filled in; the message itself when the catalogue lacks it."""
    return next((form for form in catalogue(language).messages.get(message, ()) if form), message)


def find_plural(one: str, many: str, number: int, language: str) -> str:
    """The message for a number, not yet filled in."""
    known = catalogue(language)
    forms = known.messages.get(one, [])
    form = known.plural_form(number)
    return (forms[form] if form < len(forms) else "") or (one if number == 1 else many)


def translate(message: str, language: str, **values: str | int) -> str:
    """A message in a language, filled in. For Python: templates say `_()` and escape what they fill in."""
    return find_message(message, language) % values
