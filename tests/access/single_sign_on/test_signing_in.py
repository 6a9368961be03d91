"""Who comes in by the municipality's sign-in, on the way there and back, and what is said to who does not."""

import asyncio
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
from structlog.testing import capture_logs

from tests.provider import CLIENT, SECRET, Provider
from tests.single_sign_on import (
    Json,
    add_rule,
    add_rule_by_hand,
    be_at,
    begin,
    come_back,
    in_as,
    link,
    refusal,
    roles_of,
    rows,
    sign_in,
)
from tests.small_town import LONG_AGO, Town, id_of, open_town
from tests.visitor import Visitor

# Off unless it is set ---------------------------------------------------------------------------------------


EVERYWHERE = [
    ("GET", "/sso"), ("POST", "/sign-in/sso"), ("POST", "/sign-in/sso/answer"), ("POST", "/access/sso/link"),
    ("POST", "/access/sso/linked"), ("POST", "/access/sso/confirm"), ("POST", "/access/sso/confirmed"),
    ("POST", "/access/sso/remove"), ("GET", "/people/claims"), ("POST", "/people/claims"),
    ("POST", "/people/claims/remove"),
]  # fmt: skip


async def test_nothing_of_it_is_there_unless_it_is_set(tmp_path: Path):
    async with open_town(tmp_path) as town:
        await be_at(town, Provider())
        alma = await in_as(town, "alma")

        statuses = {
            (method, path): (await (alma.get(path) if method == "GET" else alma.post(path))).status_code
            for method, path in EVERYWHERE
        }
        pages = [(await alma.get(path)).text for path in ("/sign-in", "/access", "/people")]

    assert set(statuses.values()) == {404}
    assert "kommunen" not in "".join(pages)


@pytest.mark.parametrize(("name", "shown"), [("", "Log ind med kommunen"), ("Log ind i Nordby",) * 2])
async def test_the_door_has_a_button_with_the_words_that_are_set(
    tmp_path: Path, provider: Provider, name: str, shown: str
):
    async with open_town(tmp_path, **provider.settings(oidc_name=name)) as town:
        assert shown in (await Visitor(town).get("/sign-in")).text


# The way there and back -------------------------------------------------------------------------------------


async def test_the_browser_is_sent_there_with_everything_that_binds_the_answer_to_it(
    town: Town, provider: Provider
):
    visitor = Visitor(town)
    answer = await visitor.post("/sign-in/sso")

    address = urlsplit(answer.json()["to"])
    asked = dict(parse_qsl(address.query))
    assert f"{address.scheme}://{address.netloc}" == provider.origin
    assert (asked["response_type"], asked["client_id"], asked["scope"]) == ("code", CLIENT, "openid profile")
    assert (asked["redirect_uri"], asked["code_challenge_method"]) == (f"{town.origin}/sso", "S256")
    assert not {"prompt", "max_age", "acr_values"} & asked.keys()
    assert len(asked["code_challenge"]) == len(asked["nonce"]) == 43
    name, *attributes = answer.headers["set-cookie"].split("; ")
    assert name.startswith("__Host-sso=")
    assert {"HttpOnly", "Secure", "Path=/", "SameSite=strict", "Max-Age=600"} == set(attributes)
    again = dict(parse_qsl(urlsplit(await begin(visitor)).query))
    assert not {asked[each] for each in ("state", "nonce", "code_challenge")} & set(again.values())
    assert not await rows(town, "select * from ceremony where challenge = :state", state=asked["state"])


async def test_another_site_may_send_people_back_and_do_nothing_else(town: Town, provider: Provider):
    """The provider's site sends the browser to /sso, which is a page and changes nothing."""
    visitor = Visitor(town)
    said = await come_back(provider, visitor, "gry")
    cross = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}

    page = await visitor.http.get("/sso", params=said, headers=cross)
    posted = await visitor.http.post("/sign-in/sso/answer", json=said, headers=cross)

    assert (page.status_code, "set-cookie" in page.headers, said["code"] in page.text) == (200, False, False)
    assert refusal(posted) == (403, "CrossSite")
    assert provider.codes


async def test_somebody_who_says_no_there_is_back_with_a_calm_word(town: Town, provider: Provider):
    visitor = Visitor(town)

    answer = await sign_in(provider, visitor, "")

    assert refusal(answer) == (403, "ProviderSaidNo")
    assert "Prøv igen" in answer.json()["detail"]
    assert "The user said no" not in answer.text


async def test_an_answer_is_good_once_in_one_browser_and_for_ten_minutes(town: Town, provider: Provider):
    await add_rule(town, "Udekørende")
    gry, thief = Visitor(town), Visitor(town)
    said = await come_back(provider, gry, "gry")
    await begin(thief)

    assert refusal(await thief.post("/sign-in/sso/answer", said)) == (403, "BegunElsewhere")
    assert refusal(await Visitor(town).post("/sign-in/sso/answer", said)) == (403, "BegunElsewhere")
    cookies = dict(gry.cookies)
    assert (await gry.post("/sign-in/sso/answer", said)).status_code == 200
    gry.cookies = cookies
    assert refusal(await gry.post("/sign-in/sso/answer", said)) == (403, "BegunElsewhere")

    late = await come_back(provider, gry, "gry")
    town.now += timedelta(minutes=10)
    assert refusal(await gry.post("/sign-in/sso/answer", late)) == (403, "BegunElsewhere")


@pytest.mark.parametrize(
    "said", [{}, {"state": "sso."}, {"state": 7, "code": []}, {"state": "\ud800", "code": "x"}]
)
async def test_nonsense_is_refused_like_everything_else(town: Town, said: Json):
    visitor = Visitor(town)
    await begin(visitor)

    assert refusal(await visitor.post("/sign-in/sso/answer", said)) == (403, "BegunElsewhere")


@pytest.mark.slow
async def test_whoever_tries_too_often_waits_and_those_who_get_in_do_not_count(
    town: Town, provider: Provider
):
    await add_rule(town, "Udekørende")
    for _ in range(3):
        assert (await sign_in(provider, Visitor(town), "gry")).status_code == 200
    stranger = Visitor(town)
    await stranger.post("/sign-in/challenge")
    for _ in range(60):
        await stranger.post("/sign-in/sso/answer", {"state": "sso.x"})

    assert refusal(await stranger.post("/sign-in/sso/answer", {})) == (429, "TooManyTries")


async def test_no_log_line_holds_what_lets_anybody_in(town: Town, provider: Provider):
    await add_rule(town, "Udekørende")
    gry = Visitor(town)

    with capture_logs() as logs:
        said = await come_back(provider, gry, "gry")
        await gry.post("/sign-in/sso/answer", said)
        provider.forges = "broken"
        await sign_in(provider, gry, "gry")

    secret = [
        said["code"],
        said["state"],
        SECRET,
        provider.access_token,
        gry.cookies["__Host-session"],
        "Gry",
        "eyJ",
    ]
    assert [each for each in secret if each in str(logs)] == []


async def test_who_signs_out_is_shown_where_one_signs_out_there_too(real_town: Town, provider: Provider):
    await add_rule_by_hand(real_town, "Udekørende")
    gry = Visitor(real_town)
    await sign_in(provider, gry, "gry")

    answer = await gry.post("/sign-out")

    assert answer.headers["location"] == "/sign-in?signed-out"
    page = (await gry.get(answer.headers["location"])).text
    assert f'href="{provider.origin}' in page
    assert f'href="{provider.origin}' not in (await gry.get("/sign-in")).text
    assert not await gry.is_in()


# Who comes in -----------------------------------------------------------------------------------------------


async def test_somebody_new_comes_in_with_the_role_that_her_claim_gives(town: Town, provider: Provider):
    await add_rule(town, "Udekørende")
    gry = Visitor(town)

    answer = await sign_in(provider, gry, "gry")

    assert (answer.status_code, answer.json()) == (200, {"to": "/"})
    assert "Gry Holt" in (await gry.get("/access")).text
    assert await roles_of(town, "Gry Holt") == [("carer", "Nord")]
    again = Visitor(town)
    assert (await sign_in(provider, again, "gry")).status_code == 200
    assert len(await rows(town, "select id from person where name = 'Gry Holt'")) == 1


async def test_who_has_no_role_by_any_claim_is_told_so_and_nothing_is_made(town: Town, provider: Provider):
    await add_rule(town, "Leder", "leader")
    before = [await rows(town, f"select * from {table}") for table in ("person", "identity", "role")]
    gry = Visitor(town)

    answer = await sign_in(provider, gry, "gry")

    assert refusal(answer) == (403, "NoAccessHere")
    assert "Spørg din leder" in answer.json()["detail"]
    assert before == [await rows(town, f"select * from {table}") for table in ("person", "identity", "role")]
    assert not await gry.is_in()


async def test_nobody_is_found_by_a_name_or_an_address(town: Town, provider: Provider):
    """Another account with everything of Anna's but the subject is somebody else."""
    await link(town, provider, "anna")
    provider.add("anna two", name="Anna Lund", email="anna@kommunen.example", preferred_username="anna")

    answer = await sign_in(provider, Visitor(town), "anna two")

    assert refusal(answer) == (403, "NoAccessHere")


async def test_the_same_subject_of_another_issuer_is_somebody_else(town: Town, provider: Provider):
    async with town.database.transaction() as tx:
        await tx.execute(
            "insert into identity (issuer, subject, person_id, linked_at) values (:issuer, :subject, :id, :at)",
            {"issuer": f"{provider.issuer}/", "subject": provider.people["anna"]["sub"],
             "id": id_of("anna"), "at": LONG_AGO},
        )  # fmt: skip

    assert refusal(await sign_in(provider, Visitor(town), "anna")) == (403, "NoAccessHere")


async def test_one_person_in_two_windows_at_once_is_one_person(town: Town, provider: Provider):
    await add_rule(town, "Udekørende")
    visitors = [Visitor(town), Visitor(town)]
    said = [await come_back(provider, visitor, "gry") for visitor in visitors]

    answers = await asyncio.gather(
        *(visitor.post("/sign-in/sso/answer", each) for visitor, each in zip(visitors, said, strict=True))
    )

    assert 200 in {answer.status_code for answer in answers}
    assert len(await rows(town, "select id from person where name = 'Gry Holt'")) == 1


async def test_a_sign_in_lasts_as_long_as_others_and_has_a_new_token(town: Town, provider: Provider):
    """Fixation: the sign-in that somebody planted in this browser is over."""
    await add_rule(town, "Udekørende")
    thief, gry = await in_as(town, "bo"), Visitor(town)
    gry.cookies["__Host-session"] = thief.cookies["__Host-session"]

    answer = await sign_in(provider, gry, "gry")

    assert gry.cookies["__Host-session"] != thief.cookies["__Host-session"]
    assert not await thief.is_in()
    assert "Max-Age=34560000" in answer.headers["set-cookie"]
    assert "SameSite=lax" in answer.headers["set-cookie"]


async def test_a_name_is_cut_and_cleaned_and_may_be_missing(town: Town, provider: Provider):
    await add_rule(town, "Udekørende")
    provider.add("long", "Udekørende", name="x" * 5000)
    provider.add("odd", "Udekørende", name="\x00\x07")
    provider.add("none", "Udekørende", name=None)

    for person in ("long", "odd", "none"):
        assert (await sign_in(provider, Visitor(town), person)).status_code == 200

    names = {row["name"] for row in await rows(town, "select name from person")}
    assert {"x" * 200, "?"} <= names
