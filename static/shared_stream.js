// One stream of notices for all boards that are open in a browser: it has six connections to a server (HTTP/1.1), however
// many tabs there are. Knows the stream and the other tabs; knows nothing of what stands on a board.
//
// The tab that holds the lock reads the stream and tells the others. When it is closed the next one has the lock. One that a
// browser has put to sleep tells nothing: whoever is looked at asks, and takes the lock from it.
//
// What a board shows when it is opened is new. It is told what changed while its stream was opened, and "all" where that is not
// known: by the server, if it reads the stream itself, and else by the tab that does.

/** @typedef {{ about: "notice", carer: string } | { about: "all" } | { about: "state", isOpen: boolean, isSeen?: boolean, heardAt?: number }} News `heardAt`: when the server was heard last */
/** @typedef {(news: News) => void} Hear */
/** @typedef {{ isOpen: boolean, end: AbortController, openSince: number, heardAt: number, told: { at: number, news: News }[] }} Own what it told lately, since when nothing is missing */

/** Another one for each way of talking: tabs of before a new version have a stream of their own. */
const NAME = "haand-board-2";
const ASK_EVERY = 10_000;
const ANSWERS_WITHIN = 2_000;
const TRY_AGAIN_AFTER = 2_000;
/** What lets a tab in may have changed since it was drawn: another one tries before it does again. */
const REFUSED_FOR = 10_000;
/** The server says something every five seconds. One that hangs, or a connection that is gone, says nothing at all. */
const QUIET_FOR = 10_000;
/** So much later a tab that was just opened can still be told what the others have heard. */
const REMEMBERED_FOR = 60_000;

/** @param {number} milliseconds */
const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const isSeen = () => document.visibilityState === "visible";

/**
 * @param {string} address of the stream, with this tab's ticket
 * @param {string} drawnAt when what the page shows was read, in the server's words
 * @param {Hear} hear all that any tab's stream tells
 * @returns {boolean} whether this browser can; if it cannot, nothing is heard
 */
export function hearTogether(address, drawnAt, hear) {
  if (!(navigator.locks && globalThis.BroadcastChannel && globalThis.TextDecoderStream)) return false;
  const tabs = new BroadcastChannel(NAME);
  const me = crypto.randomUUID();
  /** When this page was asked for: no notice that the others heard before is missing in it. */
  const askedAt = performance.timeOrigin;
  /** This tab's own stream, while it holds the lock. @type {Own | null} */
  let own = null;
  /** Whether this tab's own stream was ever open: the next one may have missed something that the page does not show. */
  let wasOpen = false;
  let answered = true;
  /** Ends this tab's request for the lock, while it waits: it has one, however often it takes the lock. */
  let waiting = new AbortController();

  /** @param {News} news */
  function tell(news) {
    const now = Date.now();
    own?.told.push({ at: now, news });
    while (own?.told[0] && own.told[0].at < now - REMEMBERED_FOR) own.told.shift();
    tabs.postMessage(news);
    hear(news);
  }

  /** What a tab has missed whose page was asked for at this time. @param {string} tab @param {number} since */
  function tellSince(tab, since) {
    if (!own?.isOpen) return;
    const isKnown = since >= Math.max(own.openSince, Date.now() - REMEMBERED_FOR);
    const missed = isKnown ? own.told.filter(({ at }) => at >= since) : [{ news: { about: "all" } }];
    for (const { news } of missed) tabs.postMessage({ ...news, to: tab });
  }

  /** @param {boolean} isOpen */
  function tellState(isOpen) {
    if (own) own.isOpen = isOpen;
    const state = /** @type {const} */ ({ about: "state", isOpen, isSeen: isSeen(), heardAt: own?.heardAt });
    tabs.postMessage(state);
    hear(state);
  }

  /** Until now others may have heard nothing; this tab is told by the server what its page lacks, the first time. */
  function tellOpened() {
    if (own) Object.assign(own, { openSince: Date.now(), told: [] });
    tellState(true);
    if (wasOpen) tell({ about: "all" });
    else tabs.postMessage({ about: "all" });
    wasOpen = true;
  }

  tabs.onmessage = ({ data }) => {
    if (data.about === "who") {
      if (own) tabs.postMessage({ about: "state", isOpen: own.isOpen, isSeen: isSeen() });
      if (data.since) tellSince(data.me, data.since);
      return;
    }
    if (data.to && data.to !== me) return;
    answered = true;
    hear(data);
    // A tab out of sight is slow to try again.
    if (data.about === "state" && !data.isOpen && !data.isSeen && isSeen() && !own) take(true);
  };

  function noteHeard() {
    if (own) own.heardAt = Date.now();
  }

  /** @param {AbortController} end @returns {Promise<boolean>} whether it was refused */
  async function readUntilEnded(end) {
    while (!end.signal.aborted) {
      const ours = wasOpen ? address : `${address}&drawn_at=${encodeURIComponent(drawnAt)}`;
      const status = await read(
        ours,
        end.signal,
        (event) => {
          if (event === "hello") tellOpened();
          else if (event === "all") tell({ about: "all" });
          else if (event.startsWith("carer-")) tell({ about: "notice", carer: event.slice("carer-".length) });
        },
        noteHeard,
      );
      if (end.signal.aborted) break;
      tellState(false);
      if (status === 401 || status === 403) return true;
      await sleep(TRY_AGAIN_AFTER);
    }
    return false;
  }

  async function take(isAtOnce = false) {
    waiting.abort();
    const end = new AbortController();
    const request = new AbortController();
    waiting = request;
    let isRefused = false;
    try {
      const how = isAtOnce ? { steal: true } : { signal: request.signal };
      await navigator.locks.request(NAME, how, async () => {
        own = { isOpen: false, end, openSince: Number.POSITIVE_INFINITY, heardAt: 0, told: [] };
        isRefused = await readUntilEnded(end);
      });
    } catch {
      // Another tab has taken it, or this one asks anew.
    }
    end.abort();
    if (own?.end === end) own = null;
    if (isRefused) await sleep(REFUSED_FOR);
    if (waiting === request) take();
  }

  async function ask() {
    if (own || !isSeen()) return;
    answered = false;
    tabs.postMessage({ about: "who" });
    await sleep(ANSWERS_WITHIN);
    if (!answered && !own && isSeen()) take(true);
  }

  take();
  tabs.postMessage({ about: "who", me, since: askedAt });
  setInterval(ask, ASK_EVERY);
  document.addEventListener("visibilitychange", ask);
  return true;
}

/**
 * The stream's events by name, until it ends, breaks or falls silent.
 * @param {string} address
 * @param {AbortSignal} signal
 * @param {(event: string) => void} heard
 * @param {() => void} [heardAnything] also where it only says that it is there
 * @returns {Promise<number>} the status of the answer; 0: there was none
 */
export async function read(address, signal, heard, heardAnything = () => {}) {
  const silence = new AbortController();
  let patience = setTimeout(() => silence.abort(), QUIET_FOR);
  try {
    const answer = await fetch(address, {
      headers: { Accept: "text/event-stream" },
      cache: "no-store",
      signal: AbortSignal.any([signal, silence.signal]),
    });
    if (!answer.ok || !answer.body) return answer.status;
    let rest = "";
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
      clearTimeout(patience);
      patience = setTimeout(() => silence.abort(), QUIET_FOR);
      heardAnything();
      const lines = (rest + piece.value).split(/\r?\n/);
      rest = lines.pop() ?? "";
      for (const line of lines) if (line.startsWith("event: ")) heard(line.slice("event: ".length));
    }
    return answer.status;
  } catch {
    return 0;
  } finally {
    clearTimeout(patience);
  }
}
