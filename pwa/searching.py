"""Knows which texts somebody means who types a few words, with or without a slip; knows nothing of what they are about.

Signs, hyphens, case and accents do not matter. Twin: service_worker/pages/searching.js; both run tests/cases/searching.json.
"""

import unicodedata
from collections.abc import Sequence

LETTERS = str.maketrans({"å": "aa", "æ": "ae", "ø": "oe", "ä": "ae", "ö": "oe", "ß": "ss"})
"""Danish letters as they are written where the keyboard has none."""
LONG = 5
"""From so many letters a word may have a slip in it, and may stand as two words."""
VERY_LONG = 7
"""From so many, two."""
LONGEST_SEARCH = 100
"""So many code points of a search are sought; a page refuses a longer one."""


def matching(query: str, texts: Sequence[str]) -> list[bool]:
    """Of each text, whether every word of the search stands in it; all of them when nothing is searched for.

    A word that stands in none of the texts may have a slip in it: a letter too many, too few, another or swapped.
    """
    inside = [_words(text) for text in texts]
    fits = [True] * len(texts)
    for sought in dict.fromkeys(_words(query[:LONGEST_SEARCH])):
        having = [_has(words, sought) for words in inside]
        if not any(having):
            near = {word for word in set[str]().union(*inside) if _is_near(word, sought)}
            having = [not near.isdisjoint(words) for words in inside]
        fits = [one and other for one, other in zip(fits, having, strict=True)]
    return fits


def _words(text: str) -> list[str]:
    written = unicodedata.normalize("NFC", text.lower()).translate(LETTERS)
    plain = unicodedata.normalize("NFKD", written).split()
    words = ("".join(sign for sign in word if unicodedata.category(sign)[0] in "LN") for word in plain)
    return [word for word in words if word]


def _has(words: list[str], sought: str) -> bool:
    return any(sought in word for word in words) or (len(sought) >= LONG and sought in "".join(words))


def _is_near(word: str, sought: str) -> bool:
    """Whether a part of the word is the sought one but for a slip or two (Damerau and Levenshtein's distance)."""
    slips = (len(sought) >= LONG) + (len(sought) >= VERY_LONG)
    if not slips or len(sought) > len(word) + slips or len(set(sought) - set(word)) > slips:
        return False
    before, row = [0] * (len(word) + 1), [0] * (len(word) + 1)
    for i, letter in enumerate(sought):
        earlier, before, row = before, row, [i + 1]
        for j, other in enumerate(word):
            row.append(min(before[j + 1] + 1, row[j] + 1, before[j] + (letter != other)))
            if i and j and letter == word[j - 1] and sought[i - 1] == other:
                row[-1] = min(row[-1], earlier[j - 1] + 1)
    return min(row) <= slips
