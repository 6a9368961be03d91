"""Ten reads of last month are drawn, and the officer judges each; a verdict needs a sample, words and the officer."""

from datetime import timedelta

from pwa.words import new_id, to_text
from tests.access_log import chained, get, last, send
from tests.house import House
from tests.small_town import id_of


async def test_ten_reads_of_last_month_are_drawn_and_judged(control: House):
    monday = control.now
    control.now = monday - timedelta(days=35)
    for _ in range(6):
        for visit in ("else", "karen"):
            control.pass_time(minutes=1)
            await get(control, "lis", f"/board/visits/{id_of(visit)}")
    control.now = monday
    control.cookies.clear()
    await get(control, "anna", f"/visits/{id_of('else')}")
    await chained(control)

    drawn = await send(control, "dora", "/access-log/samples")
    sample = await control.rows("select entry_id from access_sample order by position")
    for form in (
        {"verdict": "follow_up", "words": "Spørg Lis."},
        {"verdict": "right", "words": "Det var en klage."},
    ):
        await send(control, "dora", "/access-log/verdict", entry_id=sample[0]["entry_id"], **form)
    page = (await get(control, "dora", "/access-log/samples")).text

    assert (drawn.status_code, len({row["entry_id"] for row in sample})) == (303, 10)
    assert page.count('id="entry-') == 10
    assert "Anna Lund" not in page
    assert page.index("Spørg Lis.") < page.index("Det var en klage.")
    assert "1 af 10 er set efter" in page


async def test_a_verdict_needs_a_sample_words_and_the_officer(control: House):
    await get(control, "anna", f"/visits/{id_of('else')}")
    entry_id = (await last(control))["id"]
    not_drawn = await send(control, "dora", "/access-log/verdict", entry_id=entry_id, verdict="right")
    async with control.database.transaction() as tx:
        await tx.execute(
            "insert into access_sample (id, entry_id, position, drawn_at, drawn_by_id) values (:id, :entry, 0, :at, :by)",
            {"id": new_id(), "entry": entry_id, "at": to_text(control.now), "by": id_of("dora")},
        )

    answers = [
        await send(control, who, "/access-log/verdict", entry_id=entry_id, verdict=verdict)
        for who, verdict in (("dora", "follow_up"), ("dora", "perhaps"), ("sus", "right"), ("lis", "right"))
    ]

    assert not_drawn.status_code == 404
    assert [answer.status_code for answer in answers] == [422, 422, 404, 404]
    assert await control.rows("select entry_id from access_verdict") == []


async def test_where_nobody_read_anything_nothing_is_drawn(control: House):
    answer = await send(control, "dora", "/access-log/samples")

    assert answer.headers["location"] == "/access-log/samples?none"
