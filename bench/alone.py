"""The writer alone: takes pushes in this process, without HTTP, as many at once as there are phones.

`python -m bench.alone PUSHES [PROFILE]` on the place of HAAND_DATA. PUSHES is a JSON file of [{person_id, sign_in_id,
push}]; prints {changes, seconds, cpu, memory_mb}. With PROFILE, a file, cProfile's account is written there.
"""

import asyncio
import cProfile
import gc
import io
import json
import pstats
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import uvloop

from bench.programs import peak_kb
from bench.sign_in import open_database
from pwa.access.queries.people import get_person
from pwa.audit.writer import AccessLog
from pwa.care.documents.access_purpose import purpose_of
from pwa.care.queries.citizens import list_citizens_of_visits
from pwa.care.sync.arrival import Arrival
from pwa.care.sync.push_batcher import PushBatcher
from pwa.database import Database
from pwa.words import Change, Person, Push, clock, new_id, to_text

Sent = tuple[Person, Push]


async def receive_all(pushes: Sequence[dict[str, Any]], profile: cProfile.Profile | None) -> dict[str, float]:
    """Take them all at once; raises AssertionError unless every change is applied."""
    async with open_database() as database:
        sent = [await read(database, each) for each in pushes]
        gc.freeze()
        gc.set_threshold(50_000, 20, 50)
        worked, began = time.process_time(), time.perf_counter()
        if profile:
            profile.enable()
        # As pages/sync.py has it, between reading the request and writing the answer
        together = PushBatcher(
            database, AccessLog(database, clock, new_id, list_citizens_of_visits, purpose_of), new_id
        )
        received = await asyncio.gather(
            *(together.receive(Arrival(carer, push, clock())) for carer, push in sent)
        )
        if profile:
            profile.disable()
        seconds, cpu = time.perf_counter() - began, time.process_time() - worked
    fates = [fate for one in received for fate in one.fates]
    assert all(fate.fate == "applied" for fate in fates), {fate.problem for fate in fates}
    return {"changes": len(fates), "seconds": seconds, "cpu": cpu, "memory_mb": peak_kb() * 1024 / 1_000_000}


async def read(database: Database, each: dict[str, Any]) -> Sent:
    """Who sends, and what."""
    async with database.snapshot() as tx:
        carer = await get_person(tx, each["person_id"], to_text(clock()))
    assert carer is not None
    push = each["push"]
    changes = msgspec.convert(push["changes"], list[Change])
    return carer, Push(push["phone"], each["sign_in_id"], push["build"], push["now"], changes, push["cursor"])


def costliest(profile: cProfile.Profile, how_many: int = 40) -> str:
    """A profile as text: the functions that took the most time themselves, then with all they called."""
    text = io.StringIO()
    stats = pstats.Stats(profile, stream=text).strip_dirs()
    stats.sort_stats("tottime").print_stats(how_many)
    stats.sort_stats("cumulative").print_stats(how_many)
    return text.getvalue()


def main(pushes: str, account: str = "") -> None:
    profile = cProfile.Profile() if account else None
    print(json.dumps(uvloop.run(receive_all(json.loads(Path(pushes).read_bytes()), profile))))
    if profile:
        Path(account).write_text(costliest(profile), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
