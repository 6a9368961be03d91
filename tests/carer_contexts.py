"""Makes what the carer's templates are given: ordinary days, and every extreme that a day can hold.

Each context holds the names of every carer page at once, so that any template can be rendered with any of them.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from pwa.care.changes.change_schema import CHANGE_SCHEMAS
from pwa.care.documents.filling import fill
from pwa.checklists.days import Dated
from pwa.checklists.definition import read_definition
from pwa.checklists.publishing import publish

Values = dict[str, object]

NAMES = ["Else Holm", "Åse Ærø-Sørensen", "O'Neil & <b>Sons</b>", "Ω" * 200, "Villy 👩🏽‍⚕️", "مريم الهاشمي"]
TEXTS = [
    "Spiste godt.",
    "Linje et\n\nlinje to\ttab",
    '</textarea><script>alert("x")</script>&amp;\'',
    "שלום \u202eעולם\u202c 🧑🏿‍🦽 e\u0301 \U0001f600",
    "100 % {{ visit }} %(name)s %s \\n",
    "Meget lang. " * 300,
]
ANSWERS = list(CHANGE_SCHEMAS["answer_step"].args["answer"].choices)
KINDS = list(CHANGE_SCHEMAS["report_deviation"].args["kind"].choices)
AREAS = list(CHANGE_SCHEMAS["report_observation"].args["area"].choices)
CHANGES = [
    "start_visit",
    "answer_step",
    "answer_as_planned",
    "report_observation",
    "take_back",
    "write_note",
    "choose_language",
    "fly",
]

# Around midnight, in and out of summer time, a leap day, a new year, and one dull Monday.
NOWS = ["2026-11-23T07:40:12.120Z", "2026-03-29T00:59:59.999Z", "2026-03-29T01:00:00.000Z", "2026-10-25T00:30:00.000Z",
        "2026-10-25T01:30:00.000Z", "2026-06-30T22:00:00.000Z", "2028-02-29T11:00:00.000Z", "2026-12-31T23:00:00.000Z"]  # fmt: skip


class Contexts:
    """Makes contexts by lot, always the same ones for the same number."""

    def __init__(self, number: int, language: str = "da", now: str | None = None):
        self.lot = Random(number)
        self.language = language
        self.now = datetime.fromisoformat(now or self.lot.choice(NOWS))
        self.me = self.person()

    def id(self) -> str:
        return str(UUID(int=self.lot.getrandbits(128)))

    def person(self) -> Values:
        return {"id": self.id(), "name": self.lot.choice(NAMES)}

    def initials(self) -> Values:
        return {"id": self.id(), "initials": self.lot.choice(["MS", "Å", "", "<b"])}

    def at(self, most_hours: int = 60) -> str:
        moment = self.now - timedelta(minutes=self.lot.randrange(60 * most_hours))
        return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def maybe(self, value: object, otherwise: object = None) -> object:
        return self.lot.choice([value, otherwise])

    def some(self, most: int) -> range:
        return range(self.lot.randrange(most + 1))

    def act(self, past: str) -> Values:
        """Who did it, when, and whether it was received: all, or none."""
        done = self.lot.random() < 0.5
        values = {"at": self.at(), "received_at": self.maybe(self.at()), "by": self.by(), "change": self.id()}
        return {f"{past}_{name}": value if done else None for name, value in values.items()}

    def by(self) -> Values:
        return self.me if self.lot.random() < 0.5 else self.person()

    def step(self) -> Values:
        answered = self.act("answered")
        answer = self.lot.choice(ANSWERS) if answered["answered_at"] else None
        differing = [
            {"answer": other, "reason": self.lot.choice(TEXTS), "at": self.at(), "by": self.by()}
            for other in self.maybe(ANSWERS[:2], [])  # type: ignore[attr-defined]
        ]
        earlier = [dict(said) for said in differing if said["reason"]]
        return {
            "id": self.id(), "label": self.lot.choice(NAMES), "help": self.maybe(self.lot.choice(TEXTS), ""),
            "planned": self.lot.choice(ANSWERS[:3]), "answer": answer,
            "reason": self.lot.choice(TEXTS) if answer == "not_done" else "", **answered,
            "differing": differing, "waiting_since": self.maybe(self.at()),
            **({"earlier": earlier} if earlier else {}),
            **({"older_reasons": self.lot.randrange(1, 9)} if earlier and self.lot.random() < 0.3 else {}),
        }  # fmt: skip

    def note(self, corrections: int = 3) -> Values:
        return {
            "id": self.id(), "text": self.lot.choice(TEXTS), "written_at": self.at(),
            "received_at": self.maybe(self.at()), "written_by": self.by(), "waiting_since": self.maybe(self.at()),
            "corrections": [self.note(0) for _ in self.some(corrections)],
            **({"older_texts": self.lot.randrange(1, 9)} if self.lot.random() < 0.2 else {}),
            **({"differing": [self.note(0), self.note(0)]} if corrections and self.maybe("differing") else {}),
        }  # fmt: skip

    def mark(self) -> Values:
        return {
            "id": self.id(),
            "at": self.at(),
            "by": self.by(),
            "visit_id": self.id(),
            "waiting_since": self.maybe(self.at()),
        }

    def noted(self, visit_id: object) -> Values:
        """A note as it is told of a citizen."""
        return {
            **self.note(), "visit_id": visit_id, "day": self.at()[:10], "pin": self.maybe(self.mark()),
            "read": [{**self.mark(), "visit_id": self.maybe(visit_id, self.id())} for _ in self.some(2)],
            "wrong": self.maybe(None, self.mark()),
            **{name: True for name in ("pinned", "to_leader", "composed") if self.maybe(True, False)},
            **({"adds_to": self.id()} if self.maybe(True, False) else {}),
        }  # fmt: skip

    def told(self, visit_id: object) -> Values:
        """What is told of a citizen."""
        steps = [
            {name: step[name] for name in ("label", "answer", "reason", "answered_by")}
            for step in (self.step() for _ in range(9))
            if step["answer"]
        ]
        last = {
            "visit_id": self.id(), "day": self.at()[:10], "starts_at": self.at(), "finished_at": self.at(),
            "finished_by": self.person(), "checklist": self.lot.choice([*NAMES, ""]), "steps": steps,
            "more": self.lot.randrange(3), "deviations": [self.deviation() for _ in self.some(2)],
        }  # fmt: skip
        notes = [self.noted(visit_id) for _ in self.some(4)]
        return {
            "notes": notes,
            "last": self.maybe(last),
            "days": self.lot.choice([1, 14]),
            "older_notes": self.lot.randrange(3),
        }

    def deviation(self) -> Values:
        return {
            "id": self.id(), "kind": self.lot.choice(KINDS), "text": self.maybe(self.lot.choice(TEXTS), ""),
            "reported_at": self.at(), "received_at": None, "reported_by": self.by(), "waiting_since": self.at(),
        }  # fmt: skip

    def standing(self) -> Values:
        taken, done = self.act("taken"), self.act("done")
        names = ("taken_at", "taken_by", "done_at", "done_by")
        return {
            **{name: (taken | done)[name] for name in names}, "waiting_since": self.maybe(self.at()),
            **({"withdrawn": True} if self.lot.random() < 0.2 else {}),
        }  # fmt: skip

    def observation(self) -> Values:
        return {
            "id": self.id(), "area": self.lot.choice(AREAS), "text": self.maybe(self.lot.choice(TEXTS), ""), "observed_at": self.at(),
            "received_at": self.maybe(self.at()), "observed_by": self.by(), "colour": self.lot.choice(["", "red", "green"]),
            **self.standing(),
        }  # fmt: skip

    def matters(self) -> Values:
        observations = [self.observation() for _ in self.some(2)]
        events = [
            {
                "id": self.id(), "told": self.lot.choice([[], ["class", "what"]]), "reported_at": self.at(),
                "received_at": None, "reported_by": self.by(), **self.standing(),
            }
            for _ in self.some(2)
        ]  # fmt: skip
        return {
            **({"observations": observations, "older_observations": self.lot.randrange(3)} if observations else {}),
            **({"events": events} if events else {}),
        }  # fmt: skip

    def visit(self, steps: int) -> Values:
        return {
            **self.matters(),
            "visit_id": self.id(), "day": self.at()[:10], "starts_at": self.at(), "ends_at": self.at(), "minutes": 25,
            "version": self.lot.randrange(99), "team": self.person(), "citizen": self.person(),
            "address": self.lot.choice(NAMES), "door": self.maybe(self.lot.choice(TEXTS), ""),
            "bring": self.maybe(self.lot.choice(NAMES), ""), "carers": [self.me, *(self.person() for _ in self.some(2))],
            "checklist": {"name": self.lot.choice(NAMES), "version": 1},
            "guides": [{"id": self.id(), "title": self.lot.choice(NAMES)} for _ in self.some(2)],
            **({"contacts": [self.contact() for _ in self.some(4)]} if self.maybe("contacts") else {}),
            **self.act("started"), **self.act("finished"), **self.act("as_planned"),
            "cancelled_at": self.maybe(self.at()), "steps": [self.step() for _ in range(steps)],
            "deviations": [self.deviation() for _ in self.some(2)], "notes": [self.note() for _ in self.some(3)],
            **({"older_deviations": self.lot.randrange(1, 9)} if self.lot.random() < 0.2 else {}),
            **({"older_notes": self.lot.randrange(1, 9)} if self.lot.random() < 0.3 else {}),
            "waiting": self.lot.randrange(3), "left_at": self.maybe(self.at()),
            "undated": self.maybe(True, False),
        }  # fmt: skip

    def filling(self, visit: Values) -> Values:
        """What the visit's checklist asks for beside who did it: each kind of step, and what somebody said there."""
        said: dict[str, list[list[object]]] = {
            "yes_no": [[True], [False]], "choice": [["a"], ["gone", {"other": self.lot.choice(TEXTS)}]],
            "number": [["12.5"], ["no"]], "short_text": [[self.lot.choice(NAMES)]], "long_text": [[self.lot.choice(TEXTS)]],
            "date": [["2026-11-23"]], "time": [["07:31"]], "date_time": [["2026-11-23T06:31:00.000Z"]], "scanned_code": [["1"]],
            "photo": [[f"{'a' * 64} image/jpeg 183204", f"{'b' * 64} image/jpeg 1"], ["no"]],
            "signature": [[f"{'c' * 64} image/png 5321 {NAMES[2]}"], [self.lot.choice(NAMES[:3])]],
            "information": [], "who": [],
        }  # fmt: skip
        steps: list[Values] = []
        for kind in said:
            more: Values = {"required": True} if said[kind] and self.maybe(True, False) else {}
            if kind == "choice":
                options = [{"value": each, "label": self.lot.choice(NAMES)} for each in "ab"]
                more |= {"options": options, "other": True, "occurrences": {"least": 2}}
            if kind == "number":
                more |= {"unit": self.lot.choice(NAMES[:3]), "limits": {"least": "20"}}
            text = self.lot.choice(NAMES)
            steps.append({"id": kind, "kind": kind, "label": text, "help": self.maybe(text, ""), **more})
        rows = {"id": "rows", "kind": "repeating_group", "label": self.lot.choice(NAMES), "steps": [
            {"id": "in_row", "kind": "who", "label": self.lot.choice(NAMES)}]}  # fmt: skip
        group = {"id": "group", "kind": "group", "label": self.lot.choice(NAMES), "steps": steps[:3]}
        hidden = {
            "id": "hidden",
            "kind": "date",
            "label": "x",
            "shown_when": {"exists": [{"answer": "time"}]},
        }
        published = publish(read_definition({"title": "Alt", "steps": [group, *steps[3:], hidden, rows]}))
        filled = [
            self.filled_in(kind, self.lot.choice(each))
            for kind, each in said.items()
            if each and self.maybe(1)
        ]
        filled += [
            self.filled_in("rows", ["r1"]),
            self.filled_in("in_row@r1", ["technology"]),
            self.filled_in("gone", []),
        ]
        steps_of = visit["steps"]
        assert isinstance(steps_of, list)
        placed = [{**step, "place": "who"} for step in steps_of[:1]] + steps_of[1:]
        return fill(
            published, {**visit, "steps": placed, "filled": filled}, Dated("date_time", 1_795_000_000_000)
        )

    def filled_in(self, place: str, said: list[object]) -> Values:
        """What stands at a place."""
        one = {"said": said, "at": self.at(), "reason": "", "by": self.by()}
        other = {**one, "said": [], "reason": self.lot.choice(TEXTS), "by": self.person()}
        is_relevant = bool(said) and self.lot.random() < 0.8
        return {
            "place": place, "checklist_id": self.id(), "said": said if is_relevant else [],
            "reason": "" if is_relevant else self.lot.choice(TEXTS), "answered_at": self.at(),
            "answered_received_at": self.at(), "answered_by": self.by(), "answered_change": self.id(),
            "differing": self.maybe([one, other], []), "waiting_since": self.maybe(self.at()),
            **({"earlier": [other]} if self.maybe(1) else {}),
        }  # fmt: skip

    def contact(self) -> Values:
        return {
            "who": self.lot.choice(["citizen", "relative", "leader", "nurse", "neighbour"]),
            "name": self.maybe(self.lot.choice(NAMES), ""), "phone": "(+45) 00 00 12 34, lok. 12", "tel": "+4500001234",
        }  # fmt: skip

    def plan(self) -> Values:
        return {
            "day": self.at()[:10], "starts_at": self.at(), "ends_at": self.at(), "address": self.lot.choice(NAMES),
            "citizen": self.lot.choice(NAMES), "cancelled": self.maybe(True, False),
            "carers": [self.by() for _ in self.some(2)],
        }  # fmt: skip

    def plan_change(self, visit_id: object) -> Values:
        return {"id": self.id(), "visit_id": visit_id, "day": self.at()[:10], "at": self.at(),
                "before": self.maybe(self.plan()), "after": self.plan()}  # fmt: skip

    def guide(self) -> Values:
        steps = [
            {"number": number, "title": self.lot.choice(NAMES), "text": self.lot.choice(TEXTS),
             "picture": self.maybe("a" * 64, ""), "picture_alt": self.lot.choice(TEXTS),
             "warning": self.maybe(self.lot.choice(TEXTS), "")}
            for number in self.some(9)
        ]  # fmt: skip
        return {
            "guide_id": self.id(), "title": self.lot.choice(NAMES), "aid": "Loftlift", "summary": TEXTS[0],
            "words": "loftlift", "load": self.maybe("max 200 kg", ""), "before": TEXTS, "steps": steps, "safe": TEXTS,
            "unsafe": [], "stop": self.lot.choice(TEXTS), "approved_at": "2026-10-01", "approved_by": NAMES[1],
            "source": self.lot.choice(TEXTS), "media": [], "ready_at": self.maybe(self.at()),
        }  # fmt: skip

    def change(self) -> Values:
        return {
            "id": self.id(), "n": self.lot.randrange(999), "name": self.lot.choice(CHANGES), "at": self.at(),
            "visit_id": self.maybe(self.id()), "citizen": self.maybe(self.lot.choice(NAMES), ""),
            "starts_at": self.maybe(self.at()), "words": self.maybe(self.lot.choice(TEXTS), ""), "fate": "refused",
            "chosen": self.lot.choice(["", "together", "not_home", "en", "<odd>"]), "step": self.maybe("På toilettet", ""),
            "problem": "TooLong", "message": self.lot.choice(TEXTS), "next_step": self.lot.choice(["retry", "read"]),
            "read_at": self.maybe(self.at()), "blocked": self.maybe(True, False),
            "settled": self.maybe({"at": self.at(), "by": self.person()}),
        }  # fmt: skip

    def photo(self) -> Values:
        """A picture that waits on the phone."""
        return {
            "sha256": "a" * 64, "key": "a" * 12, "type": self.lot.choice(["image/jpeg", "image/png"]), "at": self.at(),
            "problem": self.maybe(self.lot.choice(TEXTS), ""), "kilobytes": self.lot.randrange(1, 900),
            "citizen": self.maybe(self.lot.choice(NAMES), ""), "visit_id": self.id(), "label": self.maybe(self.lot.choice(NAMES), ""),
        }  # fmt: skip

    def draft(self) -> Values:
        return {
            "id": self.maybe(self.id(), ""), "name": self.lot.choice([*CHANGES, ""]), "since": self.maybe(self.at()),
            "visit_id": self.id(), "citizen": self.maybe(self.lot.choice(NAMES), ""), "starts_at": self.maybe(self.at()),
            "label": self.maybe(self.lot.choice(NAMES), ""), "words": self.lot.choice(TEXTS),
            "place": self.lot.choice(["write", "deviate", f"step-{self.id()}"]),
            "origin": self.lot.choice(["here", "another", "before"]),
        }  # fmt: skip

    def context(self, visits: int = 3, steps: int = 5) -> Values:
        """Everything a carer's page may be given."""
        visit = self.visit(steps)
        today = self.at(1)[:10]
        notes = visit["notes"]
        assert isinstance(notes, list)
        filling = self.filling(visit)
        fields = filling["fields"]
        assert isinstance(fields, list)
        return {
            "build": "a1b2c3d4e5f60718", "language": self.language, "me": self.me, "path": self.lot.choice(
                ["/", "/me", "/waiting", "/guides?q=<x>", f"/days/{today}", f"/visits/{visit['visit_id']}"]),
            "now": self.at(1), "today": today,
            "state": {"waiting": self.lot.randrange(3), "attention": self.lot.randrange(3),
                      "drafts": self.lot.randrange(3), "undelivered": self.lot.randrange(5),
                      "others": self.lot.randrange(3),
                      "heard_at": self.maybe(self.at()), "silent_from": self.maybe(self.at()), "oldest_at": self.maybe(self.at())},
            "day": self.lot.choice([today, visit["day"]]), "days": [self.at(72)[:10] for _ in range(4)],
            "pinned": [self.noted(visit["visit_id"]) for _ in self.some(2)], "told": self.told(visit["visit_id"]), "note": self.noted(visit["visit_id"]), "wrong": self.maybe(self.noted(visit["visit_id"])),
            "of_others": [
                {"visit_id": self.id(), "citizen": self.lot.choice(NAMES), "starts_at": self.at(), "address": ""} for _ in self.some(2)
            ],
            "important": {visit["visit_id"]: self.lot.randrange(3)},
            "visits": [self.visit(steps) for _ in range(visits)], "visit": visit, "step": self.step(),
            "filling": filling, "field": self.lot.choice(fields), "draft": "fill-x", "written": self.maybe(self.lot.choice(TEXTS), ""),
            "opened": self.maybe(visit["steps"][0]["id"] if visit["steps"] else "", ""),  # type: ignore[index]
            "drafts": {note["id"]: self.lot.choice(TEXTS) for note in notes[:1]},
            "draft_ids": {note["id"]: self.id() for note in notes[:1]},
            "draft_over": {note["id"]: self.lot.choice([self.id(), note["id"], ""]) for note in notes[:1]},
            "draft_seen": {note["id"]: self.maybe(3, "") for note in notes[:1]},
            "refused": self.maybe({visit["visit_id"]: 2, **{step["id"]: 1 for step in visit["steps"][:1]}}, {}),  # type: ignore[index]
            "unsent_photos": self.maybe(["a" * 64], []),
            "half_written": self.maybe({visit["visit_id"]: self.lot.randrange(1, 3)}, {}), "keeps": self.maybe(True, False),
            "unsaved": [self.draft() for _ in self.some(2)], "discarded": [self.draft() for _ in self.some(2)],
            "next": self.maybe({
                "visit_id": self.id(), "citizen": self.lot.choice(NAMES), "address": self.lot.choice(NAMES),
                "starts_at": self.at(),
            }),
            "done": self.lot.choice(["", *CHANGES]), "opened_from": self.maybe({"visit_id": self.id(), "citizen": self.lot.choice(NAMES), "starts_at": self.at()}),
            "guides": [self.guide() for _ in self.some(3)], "guide": self.guide(), "query": self.maybe("<lift>", ""),
            "waiting": [self.change() for _ in self.some(3)], "attention": [self.change() for _ in self.some(3)],
            "space_mb": self.lot.choice([None, 12, 2048]), "phone": self.maybe("0192a3b4", ""),
            "missing": self.maybe([[38, 39], [41, 41]], []), "message": self.lot.choice(TEXTS), "is_portal": self.maybe(True, False), "is_slowed": self.maybe(True, False),
            "is_elsewhere": self.maybe(True, False),
            "languages": [{"code": "da", "name": "Dansk"}, {"code": "en", "name": "English"}],
            "teams": [self.person() for _ in self.some(2)], "lockable": self.maybe(True, False), "awaits_worker": self.maybe(True, False),
            "mode": self.lot.choice(["open", "choose"]), "who": self.initials(), "left": self.lot.randrange(1, 6),
            "others": [self.initials() for _ in self.some(2)], "kinds": self.lot.choice([["pin"], ["prf+pin", "pin"], ["prf"], []]),
            "by_passkey": self.maybe(True, False), "dots": self.lot.choice([list(range(6)), list(range(8))]),
            "code": {"length": 6, "letters": self.maybe(True, False)}, "wanted": {"length": 8, "letters": self.maybe(True, False)},
            "slot_change": {"why": self.lot.choice(["", "shared", "passkey"]), "kind": self.lot.choice(["", "prf", "prf+pin"])},
            "change_name": "write_note", "change": self.plan_change(visit["visit_id"]), "back": f"/visits/{visit['visit_id']}", "fields": [
                {"name": "visit_id", "value": visit["visit_id"], "written": False},
                {"name": "text", "value": self.lot.choice(TEXTS), "written": True}],
            "given_up": self.maybe(True, False), "plan_change_id": self.id(), "is_named": True, "plan_changes": [
                self.plan_change(self.maybe(visit["visit_id"], self.id())) for _ in self.some(2)],
            "photos": [self.photo() for _ in self.some(2)], "signed_out": self.maybe(True, False), "waits": self.lot.randrange(3), "changes": self.lot.randrange(3), "texts": self.lot.randrange(3),
            "unsent_pictures": self.lot.randrange(3), "next_path": "/guides?q=<x>",
        }  # fmt: skip


def empty_day(language: str) -> Values:
    """A new phone that has heard nothing yet: no visits, no guides, no steps, no times."""
    maker = Contexts(0, language, NOWS[0])
    nothing: Values = {
        "visits": [],
        "guides": [],
        "waiting": [],
        "attention": [],
        "missing": [],
        "drafts": {},
        "draft_ids": {},
        "draft_over": {},
        "draft_seen": {},
        "half_written": {},
        "refused": {},
        "unsaved": [],
        "discarded": [],
        "teams": [],
        "plan_changes": [],
    }
    visit = {**maker.visit(0), "notes": [], "deviations": [], "guides": [], "carers": [], "started_at": None,
             "finished_at": None, "as_planned_at": None, "cancelled_at": None, "door": "", "bring": ""}  # fmt: skip
    state = {
        "waiting": 0,
        "attention": 0,
        "drafts": 0,
        "undelivered": 0,
        "heard_at": None,
        "oldest_at": None,
        "others": 0,
    }
    return {
        **maker.context(),
        **nothing,
        "visit": visit,
        "filling": None,
        "state": state,
        "next": None,
        "space_mb": None,
        "query": "",
    }


def big_day(language: str) -> Values:
    """Thirty visits of ten steps each, and one visit of a hundred."""
    maker = Contexts(30, language, NOWS[0])
    return {**maker.context(visits=30, steps=10), "visit": maker.visit(100)}


def every_context() -> Iterator[Values]:
    """All that the templates must bear, in Danish and English."""
    for language in ("da", "en"):
        yield empty_day(language)
        yield big_day(language)
        for number in range(20):
            yield Contexts(number, language).context()
        for now in NOWS:
            yield Contexts(1, language, now).context()
