"""What the examples in docstrings say is so."""

import doctest
import importlib
from pathlib import Path

import pytest

import pwa

FOLDER = Path(pwa.__file__).parent


def modules_with_examples() -> list[str]:
    """Every module of ours that shows one."""
    files = (file for file in FOLDER.rglob("*.py") if ">>> " in file.read_text("utf-8"))
    parts = (file.relative_to(FOLDER.parent).with_suffix("").parts for file in files)
    return sorted(".".join(part).removesuffix(".__init__") for part in parts)


@pytest.mark.no_database
@pytest.mark.parametrize("name", modules_with_examples())
def test_an_example_shows_what_comes_out(name: str):
    result = doctest.testmod(importlib.import_module(name))

    assert (result.failed, result.attempted > 0) == (0, True)
