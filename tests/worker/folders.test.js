/** A module of the worker's imports only from its own folder and those below it: so no two folders need each other. */

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const WORKER = fileURLToPath(new URL("../../service_worker/", import.meta.url));

/** From above to below. The modules beside the folders are the lowest, but for the two that start everything. */
const FLOORS = ["above", "pages", "sync", "photos", "vault", "store", "checklists", "jinja", "."];
const ABOVE = ["service_worker.js", "routing.js"];

const floorOf = (/** @type {string} */ path) =>
  FLOORS.indexOf(ABOVE.includes(path) ? "above" : dirname(path));

test("the worker's folders import only downwards", () => {
  const modules = readdirSync(WORKER, { recursive: true })
    .map(String)
    .filter((path) => path.endsWith(".js"));
  const upwards = modules.flatMap((path) => {
    const source = readFileSync(join(WORKER, path), "utf8");
    const imported = [...source.matchAll(/^(?:import|export)\b[^"]*?"(\.[^"]+)"/gm)]
      .map(([, way]) => join(dirname(path), way))
      .filter((other) => !other.startsWith(".."));
    return imported.filter((other) => floorOf(other) < floorOf(path)).map((other) => `${path} -> ${other}`);
  });

  assert.ok(modules.every((path) => floorOf(path) >= 0));
  assert.deepEqual(upwards, []);
});
