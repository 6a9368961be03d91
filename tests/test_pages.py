"""The carer's pages, as a browser without a service worker sees them."""

from tests.small_town import Town, id_of


async def test_a_carer_sees_the_day_in_order_on_the_front_page(town: Town):
    anna = await town.sign_in("anna")

    day = (await anna.get("/")).text

    assert day.index("Else Holm") < day.index("Karen Møller") < day.index("Knud Dam")
    assert "Solveig" not in day


async def test_a_carer_opens_a_visit_and_starts_it(town: Town):
    anna = await town.sign_in("anna")

    fragment = await anna.do("start_visit", visit_id=id_of("else"), seen="1")

    assert fragment.status_code == 200
    assert f'id="visit-{id_of("else")}"' in fragment.text
    assert "Finish the visit" in fragment.text or "Afslut" in fragment.text


async def test_every_page_of_a_carer_is_there(town: Town):
    anna = await town.sign_in("anna")
    paths = ["/", "/days/2026-11-24", f"/visits/{id_of('else')}", "/guides", "/guides?q=sejl",
             f"/guides/{id_of('loftlift')}", "/waiting", "/waiting/export", "/state", "/me"]  # fmt: skip

    statuses = {path: (await anna.get(path)).status_code for path in paths}

    assert statuses == dict.fromkeys(paths, 200)
