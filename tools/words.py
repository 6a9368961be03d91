"""Gathers every word of templates and code, and brings the catalogues up to date: `python -m tools.words`.

A message that is nowhere used any more goes; a new one comes without a translation, except in English, where a
message is its own translation. Nothing is guessed, and no date, path or name makes noise in the files.
"""

from io import BytesIO
from pathlib import Path

from babel.messages import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po, write_po

from pwa.templating.translation import FOLDER, LANGUAGES, catalogue_path

ROOT = Path(__file__).parent.parent
KEYWORDS = {**DEFAULT_KEYWORDS, "translate": None}
# The command line says what it says by `say`; in the browser that word means something else.
PYTHON_KEYWORDS = {**KEYWORDS, "say": None}


def gather() -> Catalog:
    """Every message that templates and code use, once."""
    with (ROOT / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)  # type: ignore[no-untyped-call]
    found = Catalog()
    for pattern, method in methods:
        keywords = PYTHON_KEYWORDS if method == "python" else KEYWORDS
        for path, line, message, _, _ in extract_from_dir(ROOT, [(pattern, method)], options, keywords):
            found.add(message, locations=[(path, line)])
    return found


def up_to_date(language: str, gathered: Catalog) -> bytes:
    """The catalogue of a language as its file should be."""
    with catalogue_path(language).open("rb") as file:
        catalogue = read_po(file, locale=language)
    catalogue.update(gathered, no_fuzzy_matching=True, update_header_comment=False)
    catalogue.obsolete.clear()
    for message in catalogue:
        if language == "en" and message.id:
            message.string = message.id
    written = BytesIO()
    write_po(written, catalogue, no_location=True, omit_header=True, sort_output=True, width=0)
    return _header(language, catalogue.plural_forms) + written.getvalue().rstrip() + b"\n"


def _header(language: str, plural_forms: str) -> bytes:
    return (
        'msgid ""\nmsgstr ""\n'
        f'"Language: {language}\\n"\n'
        '"Content-Type: text/plain; charset=utf-8\\n"\n'
        '"Content-Transfer-Encoding: 8bit\\n"\n'
        f'"Plural-Forms: {plural_forms}\\n"\n\n'
    ).encode()


def main() -> None:
    """Write every catalogue anew."""
    gathered = gather()
    for language in LANGUAGES:
        catalogue_path(language).write_bytes(up_to_date(language, gathered))
        print(f"{catalogue_path(language).relative_to(FOLDER.parent.parent)}: {len(gathered)} messages")


if __name__ == "__main__":
    main()
