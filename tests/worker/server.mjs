/**
 * A server as sync.md describes it, small: judges each change once, and gives documents. It can be made to fail in
 * every way that a network and a bad day know.
 */

import { randomUUID } from "node:crypto";
import { gunzipSync } from "node:zlib";

export function makeServer({ visits, vault }) {
  const me = { id: randomUUID(), name: "Mette Sørensen" };
  const today = new Intl.DateTimeFormat("sv-SE", { timeZone: "Europe/Copenhagen" }).format(Date.now());
  const server = {
    me,
    visits: Array.from({ length: visits }, (_, place) => makeVisit(me, today, place)),
    guides: [],
    /** What /vault tells; nothing: nobody asks for one. */
    vault,
    /** How many times somebody has signed out. */
    signedOut: 0,
    /** Every push that came, unpacked. */
    pushes: [],
    /** Every change that was judged, once each, in order. */
    judged: [],
    fates: new Map(),
    /** Problems by the change's name. */
    refuses: {},
    missing: [],
    /** Whether it says the highest number that it has heard of this phone; an older server did not. */
    saysHeard: true,
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
  if (path === "/sign-out") {
    if (server.instead === silent) silent();
    server.signedOut += 1;
    return new Response("");
  }
  if (path !== "/sync") return server.files?.(path) ?? new Response("<p>a page of the server's</p>");
  const push = unpack(how);
  server.pushes.push(push);
  if (server.instead) return server.instead(push, () => judge(server, push));
  return judge(server, push);
}

function judge(server, push) {
  for (const change of push.changes) {
    if (server.fates.has(change.id)) continue;
    server.judged.push(change);
    server.fates.set(change.id, fateOf(server, change));
  }
  const documents = server.documents ?? [
    document(`person-${server.me.id}`, {
      person_id: server.me.id,
      name: server.me.name,
      language: "da",
      teams: [],
    }),
    ...server.visits.map((visit) => document(`visit-${visit.visit_id}`, visit)),
    ...server.guides.map((guide) => document(`guide-${guide.guide_id}`, guide)),
  ];
  return Response.json({
    now: new Date(Date.now() + server.ahead).toISOString(),
    cursor: "c1",
    more: false,
    fates: push.changes.map((change) => server.fates.get(change.id)),
    documents,
    ids: server.ids ?? documents.map((each) => each.id),
    missing: server.missing,
    ...(server.saysHeard ? { heard_n: heardBy(server) } : {}),
  });
}

const heardBy = (server) => Math.max(0, ...server.judged.map((change) => change.n));

/** A backup of when only these changes had come takes the server's place. */
export function restore(server, isInBackup) {
  const lost = server.judged.filter((change) => !isInBackup(change));
  server.judged = server.judged.filter(isInBackup);
  for (const { id } of lost) server.fates.delete(id);
  return lost;
}

function fateOf(server, { id, name }) {
  const problem = server.refuses[name];
  if (!problem) return { id, fate: "applied" };
  return { id, fate: "refused", problem, message: "Besøget er ikke i gruppens plan.", next_step: "retry" };
}

const document = (id, body) => ({ id, version: 1, body });

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
    team: { id: randomUUID(), name: "Gruppe Nord" },
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
  const lists = { before: [], steps: [], safe: [], unsafe: [], stop: "" };
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
