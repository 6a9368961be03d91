"""Every word on a screen is in the Danish and the English catalogue, and the Danish is easy to read."""

import re

import pytest
from babel.messages import Catalog, Message
from babel.messages.pofile import read_po

from pwa.templating.translation import LANGUAGES, catalogue_path, find_message, find_plural
from tools.words import ROOT, gather, up_to_date

PLACEHOLDER = re.compile(r"%(?:\((\w+)\)[sd]|%)")
SENTENCE = re.compile(r"[.!?:](?:\s|$)")
WORD = re.compile(r"[\w'-]+")


def read(language: str) -> Catalog:
    """A language's catalogue as its file has it."""
    with catalogue_path(language).open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


def messages(language: str) -> list[Message]:
    """All but the header."""
    return [message for message in read(language) if message.id]


def forms(text: object) -> list[str]:
    """The forms of a message or of its translation: one, or one for each plural."""
    return [text] if isinstance(text, str) else list(text)  # type: ignore[call-overload]


@pytest.fixture(scope="module")
def used():
    return {tuple(forms(message.id)) for message in gather() if message.id}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.slow
def test_the_catalogue_has_every_message_that_is_used_and_no_other(language, used):
    assert {tuple(forms(message.id)) for message in messages(language)} == used


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_is_translated_and_nothing_is_guessed(language):
    for message in messages(language):
        assert all(forms(message.string)), message.id
        assert not message.fuzzy, message.id
    assert not read(language).obsolete


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_has_the_placeholders_of_its_message(language):
    for message in messages(language):
        asked = {tuple(sorted(PLACEHOLDER.findall(form))) for form in forms(message.id)}
        for form in forms(message.string):
            assert tuple(sorted(PLACEHOLDER.findall(form))) in asked, message.id
            assert "%" not in PLACEHOLDER.sub("", form), message.id


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.slow
def test_the_file_is_what_gathering_the_words_again_would_write(language):
    assert catalogue_path(language).read_bytes() == up_to_date(language, gather())


@pytest.mark.parametrize("language", LANGUAGES)
def test_one_is_one_and_all_else_is_many(language):
    chosen = {number: find_plural("one bee", "bees", number, language) for number in (0, 1, 2, 11, 101)}

    assert chosen == {0: "bees", 1: "one bee", 2: "bees", 11: "bees", 101: "bees"}


def test_danish_says_it_in_danish():
    assert find_message("Today", "da") == "I dag"
    assert find_plural("%(num)s note", "%(num)s notes", 1, "da") == "%(num)s notat"
    assert find_plural("%(num)s note", "%(num)s notes", 2, "da") == "%(num)s notater"


def test_the_danish_is_easy_to_read():
    """LIX: words per sentence, and the share of words longer than six letters. 30 is easy for most."""
    texts = [PLACEHOLDER.sub("7", form) for message in messages("da") for form in forms(message.string)]
    words = [word for text in texts for word in WORD.findall(text)]
    sentences = sum(max(1, len(SENTENCE.findall(text))) for text in texts)
    long_words = sum(len(word) > 6 for word in words)

    assert len(words) / sentences + 100 * long_words / len(words) <= 30


def test_no_single_danish_sentence_is_long():
    for message in messages("da"):
        for form in forms(message.string):
            for sentence in SENTENCE.split(form):
                assert len(WORD.findall(sentence)) <= 16, sentence


def test_no_clock_stands_before_what_may_begin_with_a_day():
    dated = re.compile(r"""_\("([^"]+)", (\w+)=[^)]*\|(?:since|time_on)\(""")
    found = [
        pair for path in (ROOT / "templates").rglob("*.html") for pair in dated.findall(path.read_text())
    ]
    said = [find_message(message, language) for message, _ in found for language in LANGUAGES]

    assert len(found) > 20
    assert [each for each in said if re.search(r"(?:kl\.|\bat) %\(", each)] == []
