"""What every test can ask for by name."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.house import House, open_house
from tests.small_town import Town, open_town


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    """A small town with its server running."""
    async with open_town(tmp_path) as town:
        yield town


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    """The same town's app without a network between: phones push and pull."""
    async with open_house(tmp_path) as house:
        yield house
