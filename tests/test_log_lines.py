"""What is logged is really in the log: a key that is not listed there is dropped without a word."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import pwa
from pwa.logs import KEYS

pytestmark = pytest.mark.no_database
FOLDER = Path(pwa.__file__).parent
WAYS = {"debug", "info", "warning", "error"}


def keys_of(source: str) -> Iterator[str]:
    """Every key that a module gives to a line of the log."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id="log"), attr=way)) if way in WAYS:
                yield from (each.arg for each in node.keywords if each.arg)


def test_every_key_of_a_line_is_one_that_the_log_keeps():
    used = {path.name: set(keys_of(path.read_text("utf-8"))) for path in FOLDER.rglob("*.py")}

    assert len(set().union(*used.values())) > 10
    assert {name: keys - KEYS for name, keys in used.items() if keys - KEYS} == {}
    assert list(keys_of("log.info('built', documents=1, **more)")) == ["documents"]
