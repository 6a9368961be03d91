/**
 * Says things to the pages that are open, and nothing of what they show.
 *
 * What a page may hear: `changed` (what it shows may be old), `state` (only the sign at the top may be), `later`
 * (ask again in so many milliseconds), `start over` (somebody else is signed in), `sign in again`, `signed in`;
 * `key` (to be kept, static/vault.js), `key?` (who has it?), `locked`, `no vault`, `choose` (a PIN, before anything is carried).
 * @typedef {{ about: "changed" | "state" | "start over" | "sign in again" | "signed in" | "choose" }
 *   | { about: "later", wait: number } | { about: "locked" | "key?" | "no vault", person: string }
 *   | (import("./vault/vault.js").SharedKey & { about: "key", person: string, minutes: number })} News
 */

import { newId } from "./new_id.js";
import { scope } from "./scope.js";

/** A page that the system has put to sleep does not answer. Milliseconds. */
const ANSWERS_WITHIN = 1_500;

/** @returns {Promise<readonly Client[]>} */
export function listClients() {
  return scope.clients.matchAll({ type: "window", includeUncontrolled: true });
}

/**
 * @param {News} news
 * @param {string} [except] the id of a page that knows already
 */
export async function notifyClients(news, except) {
  for (const page of await listClients()) {
    if (page.id !== except) page.postMessage(news);
  }
}

/** Questions that wait for an answer. @type {Map<string, (answer: any) => void>} */
const asked = new Map();

/**
 * What the open pages answer, of those that do so in time. Each answers in two ways: Chromium hands on a message only
 * when a navigation is over, and WebKit loses what comes through a port.
 * @param {News} question
 * @returns {Promise<any[]>}
 */
export async function askClients(question) {
  const answers = (await listClients()).map((page) => ask(page, question));
  return (await Promise.all(answers)).filter((answer) => answer !== null);
}

/** @param {Client} page @param {News} question @returns {Promise<any>} null when it has nothing to say */
async function ask(page, question) {
  const [to, { port1, port2 }] = [newId(), new MessageChannel()];
  const answer = new Promise((resolve) => {
    asked.set(to, resolve);
    port1.onmessage = ({ data }) => resolve(data);
    setTimeout(resolve, ANSWERS_WITHIN, null);
  });
  page.postMessage({ ...question, to }, [port2]);
  return answer.finally(() => {
    asked.delete(to);
    port1.close();
  });
}

/** A page has answered. @param {{ to: string, answer: any }} said */
export function receiveAnswer({ to, answer }) {
  asked.get(to)?.(answer);
}
