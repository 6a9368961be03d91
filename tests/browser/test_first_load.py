"""What a phone fetches before it can do without a network is small: counted on the wire, every head included."""

import pytest

from bench.measure import FIRST_LOAD, first_load
from tests.browser.conftest import NewPhone
from tests.browser.server import Server


@pytest.mark.main
@pytest.mark.open_phone
def test_a_carers_first_load_is_below_the_limit(new_phone: NewPhone, server: Server):
    phone = new_phone()
    assert phone.context

    load = first_load(phone.context, server)

    assert load.sync > 5_000
    assert load.pictures > 10_000
    assert 100_000 < load.without_pictures < FIRST_LOAD
