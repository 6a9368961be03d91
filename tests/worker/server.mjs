/**
 * A server as sync.md describes it, small: judges each change once, and gives documents. It can be made to fail in
 * every way that a network and a bad day know. It knows one phone, and changes no document: what was applied gives
 * the visit a new version and no more. tests/care/test_stand_in_server.py holds its answers to the real server's.
 */

import { randomUUID } from "node:crypto";
import { gunzipSync } from "node:zlib";

const TEAM = randomUUID();

export function makeServer({ visits, vault }) {
  const me = { id: randomUUID(), name: "Mette Sørensen" };
  const today = new Intl.DateTimeFormat("sv-SE", { timeZone: "Europe/Copenhagen" }).format(Date.now());
  const server = {
    me,
    visits: Array.from({ length: visits }, (_, place) => makeVisit(me, today, place)),
    guides: [],
    /** What was sent to /blobs/, whole or not: bytes by name; and which of it is whole. */
    blobs: new Map(),
    whole: new Set(),
    /** Every request for a picture: its method, its offset and how many bytes it brought. */
    asked: [],
    /** Answers instead for pictures, when set. */
    insteadOfBlob: null,
    /** What the plan did to her day and she has not seen. */
    planChanges: [],
    /** What /vault tells; nothing: nobody asks for one. */
    vault,
    /** How many times somebody has signed out. */
    signedOut: 0,
    /** Every push that came, unpacked, and what each had shown of its phone. */
    pushes: [],
    shown: [],
    /** What each push showed of the vault, and of the phone itself. */
    vaults: [],
    secrets: [],
    /** Whether the server was not shown what it wants: it gives nothing. */
    closed: false,
    /** Whether no sign-in speaks for the phone any more. */
    ended: false,
    /** Every change that was judged, once each, in order. */
    judged: [],
    fates: new Map(),
    /** Problems by the change's name. */
    refuses: {},
    /** The gaps that it says it has; nothing: those that it has. */
    missing: null,
    /** How often each visit has got a new version. */
    versions: new Map(),
    /** What each cursor's answer had brought by then: every document as text, by id. */
    given: [],
    /** Whether it says the highest number that it has heard of this phone; an older server did not. */
    saysHeard: true,
    /** Whether it knows of half-written words; an older server refuses a push that has any. */
    knowsDrafts: true,
    /** Every draft as it last came, by id; without those that are no more. */
    drafts: new Map(),
    draftN: 0,
    /** What she has half-written that is not on this phone. */
    unsent: [],
    /** What the phone said of each push: which of its changes repeat others. */
    retries: [],
    /** What of hers a leader has dealt with. */
    definitions: [],
    dealtWith: [],
    /** Its own that were settled elsewhere. */
    settled: [],
    /** Answers instead of the server, when set: a Response, or an error to throw. */
    instead: null,
    ahead: 0,
    fetch: (address, how) => answer(server, new URL(address, "https://haand.test").pathname, how),
  };
  return server;
}

/** The server cannot be reached. */
export const silent = () => {
  throw new TypeError("no network");
};

/** Nobody asks for a vault here. */
const WITHOUT_VAULTS = { slots: [], lock_minutes: 10, hours: 72, seal_to: { id: "", public: "" } };

async function answer(server, path, how) {
  if (path === "/vault") return Response.json(server.vault ?? WITHOUT_VAULTS);
  if (path === "/healthz") return server.instead === silent ? silent() : Response.json({ status: "alive" });
  if (path === "/sign-out") {
    if (server.instead === silent) silent();
    server.signedOut += 1;
    return new Response("");
  }
  if (path.startsWith("/blobs/")) return blob(server, path.slice("/blobs/".length), how);
  if (path !== "/sync") return server.files?.(path) ?? new Response("<p>a page of the server's</p>");
  const push = unpack(how);
  server.pushes.push(push);
  server.shown.push(how.headers["Haand-Delivery"] ?? null);
  server.vaults.push(how.headers["Haand-Vault"] ?? null);
  server.secrets.push(how.headers["Haand-Phone"] ?? null);
  server.retries.push(JSON.parse(how.headers["Haand-Retries"] ?? "[]"));
  const of = server.shown.at(-1)?.split(".")[0];
  // An order speaks for whoever has left something on a lost phone.
  const isSomebodyElses = of && of !== server.me.id && !how.headers["Haand-Order"];
  if (isSomebodyElses) return Response.json({ code: "NotSignedIn", status: 401 }, { status: 401 });
  if (server.instead) return server.instead(push, () => judge(server, push), how.signal);
  return judge(server, push);
}

/** As pwa/photos/pages.py: HEAD and PATCH. */
async function blob(server, name, how = {}) {
  const headers = new Headers(how.headers);
  const [method, at, body] = [how.method ?? "GET", Number(headers.get("Upload-Offset")), how.body];
  server.asked.push({ method, at, bytes: body?.length ?? 0, vault: headers.get("Haand-Vault") });
  if (server.instead === silent) return silent();
  const instead = server.insteadOfBlob?.({ method, name, at, body });
  if (instead) return instead;
  const kept = server.blobs.get(name) ?? new Uint8Array();
  const told = (status, isWhole, offset) =>
    new Response(null, {
      status,
      headers: { "Upload-Offset": String(offset), "Upload-Complete": isWhole ? "?1" : "?0" },
    });
  if (server.whole.has(name)) return told(200, true, kept.length);
  if (method === "HEAD")
    return kept.length ? told(204, false, kept.length) : new Response(null, { status: 404 });
  if (at !== kept.length) return told(409, false, kept.length);
  const now = new Uint8Array([...kept, ...body]);
  server.blobs.set(name, now);
  if (headers.get("Upload-Complete") !== "?1") return told(204, false, now.length);
  server.whole.add(name);
  return told(201, true, now.length);
}

function judge(server, push) {
  if (server.ended && !push.changes.length && !push.drafts)
    return Response.json({ code: "NotSignedIn", status: 401 }, { status: 401 });
  if ((push.drafts || push.unsent) && !server.knowsDrafts)
    return Response.json({ code: "NotAsDescribed" }, { status: 422 });
  receiveDrafts(server, push.drafts);
  for (const change of push.changes) {
    if (server.fates.has(change.id)) continue;
    server.judged.push(change);
    server.fates.set(change.id, fateOf(server, change));
  }
  const { cursor, documents, ids } =
    server.ended || server.closed ? { cursor: push.cursor, documents: [] } : pull(server, push.cursor);
  return Response.json({
    now: new Date(Date.now() + server.ahead).toISOString(),
    ...(cursor === push.cursor ? {} : { cursor }),
    more: false,
    fates: push.changes.map((change) => server.fates.get(change.id)),
    documents,
    ...(ids ? { ids } : {}),
    missing: server.missing ?? gapsOf(server),
    ...(server.saysHeard ? { heard_n: heardBy(server) } : {}),
    ...(server.knowsDrafts ? { drafts: server.draftN, ...unsentFor(server, push) } : {}),
    ...(push.looked?.length ? { looked: true } : {}),
    ...(cursor === push.cursor ? {} : { delivery: `${server.me.id}.${push.phone}.mac` }),
    ...(server.ended ? { ended: true } : {}),
    ...(server.closed ? { closed: true } : {}),
  });
}

function receiveDrafts(server, { n, rows, gone } = { n: 0, rows: [], gone: [] }) {
  for (const row of rows) server.drafts.set(row.id, row);
  for (const { id } of gone) server.drafts.delete(id);
  server.draftN = Math.max(server.draftN, n);
}

/** What the carer has half-written elsewhere, when the phone knows another list. */
function unsentFor({ unsent, settled }, push) {
  if (!push.unsent && push.cursor) return {};
  const digest = [...unsent, ...settled].map(({ id, at }) => `${id} ${at}`).join();
  return (push.unsent?.digest ?? "") === digest ? {} : { unsent: { digest, drafts: unsent, settled } };
}

/** What has changed since that cursor's answer, and the list of all when it is another; of no cursor, everything. */
function pull(server, cursor) {
  const { me, visits, guides, planChanges, dealtWith, versions, definitions } = server;
  const teams = [{ id: TEAM, name: "Gruppe Nord" }];
  const all = [
    document(`person-${me.id}`, { person_id: me.id, name: me.name, language: "da", teams }),
    ...(planChanges.length
      ? [document(`plan-${me.id}`, { person_id: me.id, plan_changes: planChanges })]
      : []),
    ...(dealtWith.length ? [document(`settled-${me.id}`, { person_id: me.id, settled: dealtWith })] : []),
    ...visits.map((visit) => document(`visit-${visit.visit_id}`, visit, versions.get(visit.visit_id))),
    ...guides.map((guide) => document(`guide-${guide.guide_id}`, guide)),
    ...definitions.map((each) => document(`checklist-${each.checklist_id}`, each)),
  ];
  const now = new Map(all.map((each) => [each.id, JSON.stringify(each)]));
  const before = server.given[Number(cursor?.slice(1)) - 1];
  const documents = all.filter(({ id }) => before?.get(id) !== now.get(id));
  const isSameList = before?.size === now.size && [...now.keys()].every((id) => before.has(id));
  if (!documents.length && isSameList) return { cursor, documents };
  server.given.push(now);
  return { cursor: `c${server.given.length}`, documents, ids: isSameList ? undefined : [...now.keys()] };
}

/** The numbers below the highest that came, and did not come: stretches of first and last. */
function gapsOf(server) {
  const came = server.judged.map((change) => change.n).sort((a, b) => a - b);
  const gaps = came.map((n, place) => [(came[place - 1] ?? 0) + 1, n - 1]);
  return gaps.filter(([first, last]) => first <= last);
}

const heardBy = (server) => Math.max(0, ...server.judged.map((change) => change.n));

/** A backup of when only these changes had come takes the server's place. */
export function restore(server, isInBackup) {
  const lost = server.judged.filter((change) => !isInBackup(change));
  server.judged = server.judged.filter(isInBackup);
  for (const { id } of lost) server.fates.delete(id);
  return lost;
}

/** Each problem as the real server tells it. */
const PROBLEMS = {
  NotYourTeam: ["refused", "Besøget er ikke i gruppens plan.", "retry"],
  NotUnderstood: ["held", "Appen forstod det ikke. Dine ord er gemt. En planlægger ser på det.", "read"],
  AccessEnded: [
    "held",
    "Det kom frem, efter at adgangen var slut. Hvert ord er gemt, og lederen ser på det.",
    "read",
  ],
  ClockWrong: ["held", "Telefonens ur går forkert. Stil uret, og send igen.", "retry"],
};

function fateOf(server, { id, name, args }) {
  const problem = server.ended ? "AccessEnded" : server.refuses[name];
  if (!problem) {
    const visit = args?.visit_id;
    if (visit) server.versions.set(visit, (server.versions.get(visit) ?? 1) + 1);
    return { id, fate: "applied" };
  }
  const [fate, message, next_step] = PROBLEMS[problem];
  return { id, fate, problem, message, next_step };
}

const document = (id, body, version = 1) => ({ id, version, keep_until: body.day ?? null, body });

function unpack({ body, headers }) {
  const bytes = headers["Content-Encoding"] === "gzip" ? gunzipSync(Buffer.from(body)) : Buffer.from(body);
  return JSON.parse(bytes.toString("utf8"));
}

function makeVisit(me, day, place) {
  const nothing = {};
  for (const what of ["started", "finished"])
    for (const part of ["at", "received_at", "by", "change"]) nothing[`${what}_${part}`] = null;
  for (const part of ["at", "by", "change"]) nothing[`as_planned_${part}`] = null;
  return {
    visit_id: randomUUID(),
    day,
    starts_at: `${day}T0${place + 1}:00:00.000Z`,
    ends_at: `${day}T0${place + 1}:25:00.000Z`,
    minutes: 25,
    team: { id: TEAM, name: "Gruppe Nord" },
    citizen: { id: randomUUID(), name: `Karen Jensen ${place}` },
    address: "Kastanievej 12",
    door: "",
    bring: "",
    carers: [me],
    checklist: { name: "Morgenhjælp", version: 1 },
    guides: [],
    ...nothing,
    cancelled_at: null,
    steps: ["Ud af sengen", "Vask"].map((label) => makeStep(label)),
    contacts: [],
    deviations: [],
    notes: [],
    waiting: 0,
  };
}

function makeStep(label) {
  const nobody = { answered_at: null, answered_received_at: null, answered_by: null, answered_change: null };
  return {
    id: randomUUID(),
    label,
    help: "",
    planned: "together",
    answer: null,
    reason: "",
    ...nobody,
    differing: [],
    waiting_since: null,
  };
}

/** An approved guide that shows these pictures. */
export function makeGuide(media) {
  const words = {
    guide_id: randomUUID(),
    title: "Loftlift",
    aid: "Loftlift",
    summary: "",
    words: "loftlift",
    load: "",
  };
  const step = { number: 1, title: "Kør liften ned", text: "Sænk bøjlen.", warning: "" };
  const steps = [{ ...step, picture: media[0].sha256, picture_alt: "" }];
  const lists = { before: [], steps, safe: [], unsafe: [], stop: "" };
  return {
    ...words,
    ...lists,
    approved_at: "2026-10-01",
    approved_by: "Nanna",
    source: "",
    media,
    ready_at: null,
  };
}
