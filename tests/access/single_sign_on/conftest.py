"""What each of these tests can ask for: a provider, and a town where single sign-on is set."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.provider import Provider
from tests.single_sign_on import be_at
from tests.small_town import Town, open_town


@pytest.fixture
def provider() -> Iterator[Provider]:
    """A provider with an account each for Anna, who is here, and Gry, who is not."""
    with Provider() as provider:
        provider.add("anna", "Udekørende", email="anna@kommunen.example")
        provider.add("gry", "Udekørende", name="Gry Holt")
        yield provider


@pytest.fixture
async def town(tmp_path: Path, provider: Provider) -> AsyncIterator[Town]:
    """The town, where single sign-on is set, and Alma is an administrator of all of it."""
    async with open_town(tmp_path, **provider.settings()) as town:
        await be_at(town, provider)
        yield town


@pytest.fixture
async def real_town(tmp_path: Path, provider: Provider) -> AsyncIterator[Town]:
    """The same, as `serve` serves it."""
    async with open_town(tmp_path, demo=False, **provider.settings()) as town:
        await be_at(town, provider)
        yield town
