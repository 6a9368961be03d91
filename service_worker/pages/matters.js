/**
 * Lays over a visit what its carer said is to be followed up. Twin of pwa/care/documents/matters/; both run
 * tests/cases/report_observation.json. Knows no storage.
 *
 * @typedef {import("../shapes.js").Visit} Visit
 * @typedef {import("../shapes.js").Change} Change
 * @typedef {import("../shapes.js").Person} Person
 */

/** Nobody follows it up yet. */
const UNTOUCHED = { taken_at: null, taken_by: null, done_at: null, done_by: null };

/** What was delivered does not wait, though it has not come back yet. @param {Change} change */
const waitingSince = ({ at, delivered_at }) => (delivered_at ? null : at);

/** @type {(visit: Visit, change: Change, me: Person) => void} */
export function addObservation(visit, change, me) {
  const { id, at, args } = change;
  const told = { observed_at: at, received_at: null, observed_by: me };
  const waiting_since = waitingSince(change);
  const mine = {
    id,
    area: args.area,
    text: args.text ?? "",
    ...told,
    colour: "",
    ...UNTOUCHED,
    waiting_since,
  };
  visit.observations = withMine(visit.observations, mine, "observed_at");
}

/** Who was hurt is for the leader alone. @type {(visit: Visit, change: Change, me: Person) => void} */
export function addEvent(visit, change, me) {
  const told = { reported_at: change.at, received_at: null, reported_by: me };
  const mine = { id: change.id, told: [], ...told, ...UNTOUCHED, waiting_since: waitingSince(change) };
  visit.events = withMine(visit.events, mine, "reported_at");
}

/** What an event is described by, in order. Twin: TOLD_OF_EVENT in standing.py. */
const TOLD = ["class", "what", "place", "proposal"];

/** Which part of it is told, and no word. @type {(visit: Visit, change: Change) => void} */
export function tellEvent(visit, { name, args }) {
  const part = name === "class_event" ? "class" : (args.part ?? "");
  visit.events = visit.events?.map((each) =>
    each.id === args.event_id
      ? { ...each, told: TOLD.filter((one) => one === part || each.told.includes(one)) }
      : each,
  );
}

/**
 * A slip goes; what somebody has taken up stays, and it is told that it was one. @type {(visit: Visit, change: Change, me: Person) => void}
 */
export function takeBackMatter(visit, { args: { change_id } }, me) {
  const left = visit.observations?.flatMap((each) => {
    if (each.id !== change_id || each.observed_by.id !== me.id) return [each];
    return isTouched(each) ? [{ ...each, withdrawn: true }] : [];
  });
  setList(visit, "observations", left);
  const events = visit.events?.map((each) =>
    each.id === change_id && each.reported_by.id === me.id ? { ...each, withdrawn: true } : each,
  );
  setList(visit, "events", events);
}

/** @param {{ taken_at: string | null, done_at: string | null, colour?: string }} matter */
const isTouched = ({ taken_at, done_at, colour }) => Boolean(taken_at || done_at || colour);

/** Left out where there is none, as in the server's documents. @type {(visit: any, name: string, list: any[] | undefined) => void} */
function setList(visit, name, list) {
  if (list?.length) visit[name] = list;
  else delete visit[name];
}

/** In order, and once. @type {(list: any[] | undefined, mine: any, at: string) => any[]} */
function withMine(list = [], mine, at) {
  if (list.some(({ id }) => id === mine.id)) return list;
  return [...list, mine].sort((a, b) => (`${a[at]} ${a.id}` < `${b[at]} ${b.id}` ? -1 : 1));
}
