"""The settings of a town's server, read once for all tests: pydantic takes as long for it as a database to be opened."""

import os
from functools import lru_cache
from pathlib import Path
from typing import Any

from pwa.config import PREFIX, Settings


def settings_in(folder: Path, address: str, **said: str) -> Settings:
    """Those of a server in a folder, on a database, with what is `said` besides."""
    around = frozenset(item for item in os.environ.items() if item[0].startswith(PREFIX))
    return _settings(around, **said).model_copy(update={"data": folder, "database_url": address})


@lru_cache(64)
def _settings(around: frozenset[tuple[str, str]], **said: Any) -> Settings:
    """With the same of ours around them they are the same."""
    return Settings(**said)
