/** What a phone fetches of our scripts is without comments, and otherwise what is written here. */

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { parse } from "acorn";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const PYTHON = process.env.PYTHON ?? `${ROOT}.venv/bin/python`;
const SHORTEN = `
import json, sys
from pathlib import Path
from pwa.web.build import shortened
print(json.dumps({path: shortened(Path(path).read_bytes()).decode() for path in sys.argv[1:]}))`;

/** @param {string} folder */
const scriptsBelow = (folder) =>
  readdirSync(ROOT + folder, { recursive: true })
    .map((path) => `${folder}/${path}`)
    .filter((path) => path.endsWith(".js"));

/** A script's syntax, wherever it stands. @param {string} text */
const syntaxOf = (text) =>
  JSON.stringify(
    parse(text, { ecmaVersion: "latest", sourceType: "module", allowHashBang: false }),
    (name, value) => (name === "start" || name === "end" ? undefined : value),
  );

test("a script without its comments is the same script", () => {
  const paths = [...scriptsBelow("service_worker"), ...scriptsBelow("static")].filter(
    (path) => !path.startsWith("static/vendor/"),
  );
  const told = execFileSync(PYTHON, ["-c", SHORTEN, ...paths], { encoding: "utf8", cwd: ROOT });
  const shortened = JSON.parse(told);

  assert.ok(paths.length > 60);
  for (const path of paths) {
    const written = readFileSync(ROOT + path, "utf8");
    assert.ok(syntaxOf(shortened[path]) === syntaxOf(written), path);
    assert.ok(shortened[path].length < written.length, path);
  }
});
