/**
 * Makes of the service worker's modules, with what Python made for a build beside them, a function: each call of it is a
 * life of the worker, in which all of them are evaluated anew, and gives them by their names. `node make_worker.mjs FOLDER`
 */

import { readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const FOLDER = resolve(process.argv[2]);
const WORKER = fileURLToPath(new URL("../../service_worker/", import.meta.url));
const modules = readdirSync(WORKER, { recursive: true })
  .map(String)
  .filter((name) => name.endsWith(".js"));
const given = modules.map((name) => `export * as "${name}" from "./${name}";`);

const besides = {
  name: "besides",
  /** @param {import("esbuild").PluginBuild} bundler */
  setup(bundler) {
    bundler.onResolve({ filter: /\/(templates|catalogues|described|build)\.js$/ }, ({ path }) => ({
      path: join(FOLDER, path.split("/").at(-1)),
    }));
    bundler.onResolve({ filter: /\/vendor\/idb\.js$/ }, () => ({
      path: fileURLToPath(import.meta.resolve("idb")),
    }));
  },
};

await build({
  // In the order in which a browser evaluates them: it begins with service_worker.js.
  stdin: { contents: ['import "./service_worker.js";', ...given].join("\n"), resolveDir: WORKER },
  banner: { js: '"use strict"; module.exports = () => {' },
  footer: { js: "return worker; };" },
  bundle: true,
  charset: "utf8",
  format: "iife",
  globalName: "worker",
  logLevel: "warning",
  outfile: join(FOLDER, "worker.cjs"),
  plugins: [besides],
  sourcemap: "linked",
  target: "node20",
});
