"""The carer's pages, as a browser without a service worker sees them."""

import re
from datetime import timedelta
from html import unescape

import pytest

from pwa.templating.render import make_environment, render
from tests.carer_contexts import Contexts, empty_day
from tests.small_town import PICTURE, PICTURE_NAME, Town, id_of

NAVIGATION = {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Site": "same-origin"}


async def test_a_carer_sees_the_day_in_order_on_the_front_page(town: Town):
    anna = await town.sign_in("anna")

    day = (await anna.get("/")).text

    assert day.index("Else Holm") < day.index("Karen Møller") < day.index("Knud Dam")
    assert "Solveig" not in day


async def test_a_visit_that_is_done_folds_and_the_next_stands_first(town: Town):
    anna = await town.sign_in("anna")

    before = (await anna.get("/")).text
    await anna.do("report_deviation", visit_id=id_of("else"), kind="not_home")
    fold, _, others = (await anna.get("/")).text.partition("</details>")

    assert "<details" not in before
    assert "1 besøg er færdigt" in fold
    assert 'id="over" class="over">' in fold
    assert ("Else Holm" in fold, "Else Holm" in others) == (True, False)
    assert ("Karen Møller" in fold, "Karen Møller" in others) == (False, True)


def test_a_cancelled_visit_is_not_folded_away():
    context = empty_day("da")
    visit = context["visit"]
    assert isinstance(visit, dict)
    cancelled = {**visit, "cancelled_at": "2026-11-23T06:00:00.000Z"}

    page = render("carer/today.html", {**context, "visits": [cancelled]}, "da")

    assert "Aflyst" in page
    assert "<details" not in page


async def test_when_all_is_done_the_fold_is_open(town: Town):
    anna = await town.sign_in("anna")
    for name in ("else", "karen", "knud"):
        await anna.do("finish_visit", visit_id=id_of(name))

    assert 'id="over" class="over" open>' in (await anna.get("/")).text


async def test_a_row_of_the_day_says_what_is_done_there(town: Town):
    anna = await town.sign_in("anna")

    assert '<span class="what">Morgenpleje</span>' in (await anna.get("/")).text


async def test_a_guide_opened_from_a_visit_leads_back_to_it(town: Town):
    anna = await town.sign_in("anna")
    guide = f"/guides/{id_of('loftlift')}"

    from_visit, from_list = await anna.get(f"{guide}?visit={id_of('else')}"), await anna.get(guide)

    assert from_visit.text.count(f'href="/visits/{id_of("else")}"') == 2
    assert "Tilbage til Else Holm" in from_visit.text
    assert ("Else Holm" in from_list.text, 'class="back" href="/guides"' in from_list.text) == (False, True)


def test_a_visits_guides_know_where_they_are_opened_from():
    context = empty_day("da")
    visit = context["visit"]
    assert isinstance(visit, dict)
    with_guide = {**visit, "guides": [{"id": "loftlift", "title": "Loftlift"}]}

    page = render("carer/visit.html", {**context, "visit": with_guide}, "da")

    assert f'href="/guides/loftlift?visit={visit["visit_id"]}"' in page


@pytest.mark.parametrize("visit", ["solveig", "nowhere"])
async def test_a_guide_names_nobody_of_another_team(town: Town, visit: str):
    anna = await town.sign_in("anna")

    answer = await anna.get(f"/guides/{id_of('loftlift')}?visit={id_of(visit)}")

    assert answer.status_code == 200
    assert "Solveig" not in answer.text
    assert 'class="back" href="/guides"' in answer.text


async def test_every_page_of_a_carer_is_there(town: Town):
    anna = await town.sign_in("anna")
    paths = ["/", "/days/2026-11-24", f"/visits/{id_of('else')}", "/guides", "/guides?q=sejl",
             f"/guides/{id_of('loftlift')}", "/waiting", "/waiting/export", "/state", "/me"]  # fmt: skip

    statuses = {path: (await anna.get(path)).status_code for path in paths}

    assert statuses == dict.fromkeys(paths, 200)


async def test_every_page_says_on_paper_from_when_it_is_and_who_printed_it(town: Town):
    anna, lis = await town.sign_in("anna"), await town.sign_in("lis")
    pages = [(anna, "/"), (anna, f"/visits/{id_of('else')}"), (anna, "/guides"), (anna, "/waiting"),
             (lis, "/board"), (lis, f"/board/visits/{id_of('else')}"), (lis, "/held"), (lis, "/people")]  # fmt: skip

    unsaid = [
        path
        for browser, path in pages
        if not re.search(
            r'class="printed">Sådan stod der mandag 23. november 2026 kl. \d\d.\d\d. Det kan være ændret siden. Udskrevet af \w',
            (await browser.get(path)).text,
        )
    ]

    assert unsaid == []


async def test_every_page_has_a_way_to_the_front_page(town: Town):
    """An app on a home screen has no button of its own to go back with."""
    anna, lis = await town.sign_in("anna"), await town.sign_in("lis")
    paths = [
        "/",
        f"/visits/{id_of('else')}",
        "/guides",
        "/waiting",
        "/me",
        "/access",
        "/sign-in",
        "/demo",
        "/nowhere",
    ]

    without = [path for path in paths if 'href="/"' not in (await anna.get(path, Accept="text/html")).text]
    without += [path for path in ("/board", "/held", "/people") if "/board" not in (await lis.get(path)).text]

    assert without == []


async def test_a_guides_pictures_are_there_before_they_are_scrolled_to(town: Town):
    """A printer does not scroll."""
    anna = await town.sign_in("anna")

    guide = (await anna.get(f"/guides/{id_of('loftlift')}")).text

    assert "<img" in guide
    assert 'loading="lazy"' not in guide


async def test_a_form_answers_with_the_fragment_that_the_page_swaps(town: Town):
    anna = await town.sign_in("anna")

    fragment = await anna.do("start_visit", visit_id=id_of("else"), seen="1")

    assert fragment.status_code == 200
    assert f'id="visit-{id_of("else")}"' in fragment.text
    assert "<html" not in fragment.text


async def test_an_answer_of_the_servers_brings_the_whole_visit_and_the_sign_wherever_the_page_has_aimed_it(
    town: Town,
):
    anna, visit_id = await town.sign_in("anna"), id_of("else")
    page = (await anna.get(f"/visits/{visit_id}")).text
    first, second = re.findall(r'<li id="step-([^"]+)"', page)[:2]

    answer = await anna.do("answer_step", visit_id=visit_id, step_id=first, answer="alone")

    assert answer.headers["HX-Retarget"] == f"#visit-{visit_id}"
    assert answer.headers["HX-Reswap"] == "outerMorph"
    assert answer.text.startswith(f'<article id="visit-{visit_id}"')
    assert f'<li id="step-{first}" class="step answered">' in answer.text
    assert f'<li id="step-{second}" class="step">' in answer.text
    assert re.findall(r'<hx-partial hx-target="#([a-z]+)">', answer.text) == ["state", "outcome"]
    assert "Gemt. 1 af 3." in answer.text


async def test_a_steps_other_answers_are_drawn_when_it_is_opened_and_also_without_a_script(town: Town):
    anna, visit_id = await town.sign_in("anna"), id_of("else")
    page = (await anna.get(f"/visits/{visit_id}")).text
    draw = re.findall(r'data-draw="([^"]+)"', page)[0]
    link = re.findall(r'<a class="button wide" href="([^"#]+)#step-', page)[0]

    drawn, linked = (await anna.get(draw)).text, (await anna.get(link)).text
    nothing = await anna.get(f"/visits/{visit_id}?answers={visit_id}")

    assert "not_relevant" not in page
    assert drawn.startswith('<div id="answers-')
    assert "<html" in linked
    assert all("not_relevant" in each and "Ikke tid" in each for each in (drawn, linked))
    assert nothing.status_code == 404


async def test_a_step_without_an_answer_shows_its_plan_as_a_plan(town: Town):
    anna, visit_id = await town.sign_in("anna"), id_of("else")

    page = (await anna.get(f"/visits/{visit_id}")).text
    planned = re.findall(r'<button class="usual".*?</button>', page, re.DOTALL)
    answered = (await anna.do("answer_as_planned", visit_id=visit_id)).text
    *read, read_answered = (re.sub(r' data-(what|said)="[^"]*"', "", each) for each in (*planned, answered))

    assert planned
    assert all("Planlagt: " in step and "Jeg gjorde det" not in step for step in read)
    assert "Planlagt: " not in read_answered


async def test_without_script_the_same_form_leads_back_to_the_visit(town: Town):
    anna = await town.sign_in("anna")
    form = {"visit_id": id_of("else"), "text": "Else sov endnu."}

    answer = await anna.http.post("/do/write_note", data=form, headers=NAVIGATION)

    assert (answer.status_code, answer.headers["location"]) == (303, f"/visits/{id_of('else')}")
    assert "Else sov endnu." in (await anna.get(answer.headers["location"])).text


async def test_all_as_planned_and_undo(town: Town):
    anna, visit_id = await town.sign_in("anna"), id_of("else")

    planned = await anna.do("answer_as_planned", visit_id=visit_id)
    change_id = planned.text.partition('name="change_id" value="')[2][:36]
    undone = await anna.do("take_back", visit_id=visit_id, change_id=change_id)

    assert planned.text.count('class="step answered"') == 3
    assert undone.text.count('class="step answered"') == 0


async def test_the_way_on_is_the_next_visit_that_is_not_finished(town: Town):
    anna = await town.sign_in("anna")

    await anna.do("finish_visit", visit_id=id_of("karen"))
    finished = await anna.do("finish_visit", visit_id=id_of("else"))

    assert f'href="/visits/{id_of("knud")}"' in finished.text
    assert "Knud Dam" in finished.text


async def test_all_as_planned_is_not_said_of_what_was_changed_since(town: Town):
    anna, visit_id = await town.sign_in("anna"), id_of("else")
    planned = await anna.do("answer_as_planned", visit_id=visit_id)
    step_id = re.findall(r'name="step_id" value="([^"]+)"', planned.text)[0]
    town.now += timedelta(minutes=1)

    changed = await anna.do("answer_step", visit_id=visit_id, step_id=step_id, answer="not_relevant")

    assert "Alt som planlagt, " in planned.text
    assert "Alt som planlagt, " not in changed.text
    assert re.search(r"Alt som planlagt \S+, 1 ændret siden", changed.text)


async def test_what_starts_a_visit_of_another_day_names_the_day(town: Town):
    named = re.compile(r'Start besøget</span><span class="small">\S[^<]+</span></button>')
    anna = await town.sign_in("anna")
    today = (await anna.get(f"/visits/{id_of('else')}")).text
    town.now -= timedelta(days=1)
    anna = await town.sign_in("anna")

    tomorrow = (await anna.get(f"/visits/{id_of('else')}")).text

    assert not named.search(today)
    assert named.search(tomorrow)


@pytest.mark.parametrize("by_itself", [True, False])
def test_a_step_that_must_be_answered_by_itself_says_so_in_its_row(by_itself: bool):
    step = {**Contexts(1, "da").step(), "answer": None, "differing": [], "by_itself": by_itself}

    row = render("carer/_step.html", {**empty_day("da"), "step": step, "opened": ""}, "da")

    assert ("Skal du selv svare på" in row) == by_itself


async def test_you_are_where_you_started_last_though_an_earlier_visit_is_left(town: Town):
    anna = await town.sign_in("anna")

    await anna.do("start_visit", visit_id=id_of("knud"))
    day = (await anna.get("/")).text

    assert day.count("Du er her") == 1
    assert day.index("Karen Møller") < day.index("Du er her") < day.index("Knud Dam")


async def test_the_way_on_leads_back_to_a_visit_that_was_passed_over(town: Town):
    anna = await town.sign_in("anna")
    await anna.do("start_visit", visit_id=id_of("knud"))

    after_karen = await anna.do("finish_visit", visit_id=id_of("karen"))
    after_knud = await anna.do("finish_visit", visit_id=id_of("knud"))

    for finished in (after_karen, after_knud):
        assert f'class="button primary" href="/visits/{id_of("else")}"' in finished.text


async def test_a_search_finds_a_guide_by_parts_of_its_words(town: Town):
    anna = await town.sign_in("anna")

    found, nothing = await anna.get("/guides?q=SEJL+loft"), await anna.get("/guides?q=cykel")

    assert f'id="guide-{id_of("loftlift")}"' in found.text
    assert 'id="guide-' not in nothing.text


@pytest.mark.parametrize("words", ["Loftlift.", "loft-lift", "lofflift", "Sejl,"])
async def test_a_search_finds_a_guide_however_its_words_are_written(town: Town, words: str):
    anna = await town.sign_in("anna")

    found = await anna.http.get("/guides", params={"q": words})

    assert f'id="guide-{id_of("loftlift")}"' in found.text


async def test_a_picture_is_for_those_who_may_read_its_guide(town: Town):
    anna, carl = await town.sign_in("anna"), await town.sign_in("carl")

    seen, not_seen = await anna.get(f"/media/{PICTURE_NAME}"), await carl.get(f"/media/{PICTURE_NAME}")

    assert (seen.content, seen.headers["content-type"]) == (PICTURE, "image/svg+xml")
    assert seen.headers["cache-control"] == "private, max-age=31536000, immutable"
    assert (not_seen.status_code, not_seen.json()["code"]) == (404, "NotFound")


@pytest.mark.parametrize("path", ["/visits/{else}", "/guides/{loftlift}", "/days/2026-12-24", "/days/never"])
async def test_what_is_not_ones_own_is_not_there(town: Town, path: str):
    carl = await town.sign_in("carl")

    answer = await carl.get(path.format(**{"else": id_of("else"), "loftlift": id_of("loftlift")}))

    assert answer.status_code == 404
    assert "Else" not in answer.text


@pytest.mark.parametrize(
    ("day", "status"), [("2026-11-21", 404), ("2026-11-22", 200), ("2026-11-25", 200), ("2026-11-26", 404)]
)
async def test_a_carer_opens_a_visit_from_the_day_before_until_two_days_ahead(
    town: Town, day: str, status: int
):
    async with town.database.transaction() as tx:
        await tx.execute("update visit set day = :day where id = :id", {"day": day, "id": id_of("else")})
    anna = await town.sign_in("anna")

    assert (await anna.get(f"/visits/{id_of('else')}")).status_code == status


async def test_another_teams_visit_is_refused_in_words_where_the_page_shows_them(town: Town):
    carl = await town.sign_in("carl")

    answer, nowhere = [
        await carl.do("write_note", visit_id=id_of(visit), text="Et forkert sted.")
        for visit in ("else", "nowhere")
    ]

    assert (answer.status_code, answer.text) == (404, nowhere.text)
    assert nowhere.status_code == 404
    assert (answer.headers["hx-retarget"], answer.headers["hx-reswap"]) == ("#problem", "innerHTML")
    assert 'class="problem' in answer.text


async def test_refused_words_are_kept_under_needs_attention_until_they_are_read(town: Town):
    carl = await town.sign_in("carl")
    await carl.do("write_note", visit_id=id_of("else"), text="Et forkert sted.")
    page = (await carl.get("/waiting")).text
    change_id = page.partition('id="change-')[2][:36]

    read = await carl.http.post(f"/attention/{change_id}/read")

    assert "Et forkert sted." in page
    assert "Else Holm" not in page
    assert "Et forkert sted." in read.text
    assert "needs-attention" not in (await carl.get("/state")).text


async def test_what_a_colleague_says_to_have_read_is_still_unread(town: Town):
    carl, anna = await town.sign_in("carl"), await town.sign_in("anna")
    await carl.do("write_note", visit_id=id_of("else"), text="Et forkert sted.")
    change_id = (await carl.get("/waiting")).text.partition('id="change-')[2][:36]

    await anna.http.post(f"/attention/{change_id}/read")

    assert "needs-attention" in (await carl.get("/state")).text


async def test_what_was_refused_can_be_sent_again_is_judged_anew_and_is_one_matter(town: Town):
    anna = await town.sign_in("anna")
    await anna.do("answer_step", visit_id=id_of("else"), step_id=id_of("nowhere"), answer="alone")
    change_id = (await anna.get("/waiting")).text.partition('id="change-')[2][:36]

    again = await anna.http.post(f"/attention/{change_id}/retry")

    assert again.status_code == 200
    assert again.text.count('<li id="change-') == 1
    assert f'id="change-{change_id}"' not in again.text
    async with town.database.snapshot() as tx:
        tries = await tx.rows("select id, retry_of, problem from change order by received_at, id")
    assert [(each["retry_of"], each["problem"]) for each in tries] == [
        (None, "UnknownStep"),
        (change_id, "UnknownStep"),
    ]


async def test_what_was_applied_is_not_sent_again(town: Town):
    anna = await town.sign_in("anna")
    note = anna.note("Alt er godt.")
    await anna.push(note)

    again = await anna.http.post(f"/attention/{note['id']}/retry")

    assert again.status_code == 404
    async with town.database.snapshot() as tx:
        assert [row["text"] for row in await tx.rows("select text from note")] == ["Alt er godt."]


async def test_a_person_chooses_english_and_reads_english(town: Town):
    anna = await town.sign_in("anna")

    answer = await anna.http.post("/do/choose_language", data={"language": "en"}, headers=NAVIGATION)

    assert (answer.status_code, answer.headers["location"]) == (303, "/me")
    assert '<html lang="en">' in (await anna.get("/")).text


async def test_a_page_that_does_not_exist_says_so_in_words(town: Town):
    anna = await town.sign_in("anna")

    answer = await anna.get("/nowhere")

    assert answer.status_code == 404
    assert answer.headers["content-type"].startswith("text/html")
    assert "Traceback" not in answer.text


async def test_a_change_that_does_not_exist_is_not_found(town: Town):
    anna = await town.sign_in("anna")

    assert (await anna.do("fly", visit_id=id_of("else"))).status_code == 404


@pytest.mark.parametrize(
    ("change", "form", "words"),
    [
        ("write_note", {"text": "Sov godt. " * 10_001}, "Teksten er for lang"),
        ("write_note", {"text": "\u200b\u200b"}, "Skriv noget først"),
        ("report_deviation", {"kind": "other", "text": "x" * 2001}, "Teksten er for lang"),
    ],
)
async def test_without_script_a_refused_text_stands_in_its_field_again(
    town: Town, change: str, form: dict[str, str], words: str
):
    anna = await town.sign_in("anna")
    form |= {"visit_id": id_of("else")}

    answer = await anna.http.post(f"/do/{change}", data=form, headers=NAVIGATION)

    assert (answer.status_code, words in answer.text) == (422, True)
    assert f'action="/do/{change}"' in answer.text
    [again] = re.findall(r'<textarea [^>]*name="text"[^>]*>([^<]*)</textarea>', answer.text)
    assert again == form["text"]
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', answer.text))
    assert hidden == {name: value for name, value in form.items() if name != "text"}


async def test_a_leaders_refused_words_stand_in_their_field_again(town: Town):
    lis = await town.sign_in("lis")
    form = {"visit_id": id_of("else"), "purpose": "other", "words": "Klage over støj. " * 20}

    answer = await lis.http.post("/access-log/purpose", data=form, headers=NAVIGATION)

    assert answer.status_code == 422
    assert form["words"].strip() in answer.text
    assert 'action="/access-log/purpose"' in answer.text


async def test_a_search_with_a_zero_in_it_is_a_search(town: Town):
    anna = await town.sign_in("anna")

    assert "Loftlift" in (await anna.get("/guides?q=sej%00l")).text


async def test_an_address_leads_to_the_phones_map_and_tells_nobody_before_the_tap(town: Town):
    anna = await town.sign_in("anna")

    page = (await anna.get(f"/visits/{id_of('else')}")).text

    [link] = re.findall(r'<a class="on-the-map"[^>]*>', page)
    assert 'href="https://www.google.com/maps/search/?api=1&amp;query=Møllevej+3"' in link
    assert 'rel="noopener noreferrer"' in link
    assert page.count("https://") == 1


def test_no_sign_of_an_address_ends_the_search_for_it():
    template = '{% from "macros.html" import on_the_map %}{{ on_the_map(address) }}'
    html = make_environment().from_string(template).render(language="da", address='A/B & C#1 50%+\nx"><b>')

    [found] = re.findall(r'query=([^"]*)"', html)
    assert not set(unescape(found)) & set(" #%&\n")
