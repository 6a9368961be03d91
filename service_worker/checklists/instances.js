/**
 * Knows what is to be evaluated next: the first in the graph's order first, and each once.
 *
 * @typedef {{ number: number, rows: string[] }} Instance a place in the graph's order, and the rows in which it is evaluated
 */

import { placeOf } from "./places.js";

export class Instances {
  /** @type {Set<string>} */
  #seen = new Set();
  /** @type {Instance[]} */
  #sorted = [];

  /** @param {Instance[]} first */
  constructor(first) {
    this.add(first);
  }

  /** @param {Instance[]} found */
  add(found) {
    for (const each of found) {
      const key = placeOf(String(each.number), each.rows);
      if (this.#seen.has(key)) continue;
      this.#seen.add(key);
      this.#sorted.push(each);
    }
    this.#sorted.sort((a, b) => b.number - a.number);
  }

  take() {
    return this.#sorted.pop();
  }
}
