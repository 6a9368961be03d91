/**
 * Makes of the scripts here those that a browser fetches: the worker as one file, the pages' with what several of them
 * share beside them, without comments and with short names. `node tools/bundle.mjs [HOUSE]` writes HOUSE/static/bundles/
 * anew; bundles.json there says of which sources they were made and what each of them imports.
 */

import { createHash } from "node:crypto";
import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const HOUSE = resolve(process.argv[2] ?? fileURLToPath(new URL("..", import.meta.url)));
const BUNDLES = join(HOUSE, "static/bundles");
const MADE = join(HOUSE, `static/.bundles-${process.pid}`);
/** Asked for by a template; what else there is in static/ is imported by these. */
const PAGES = [
  ...["access", "app", "board", "hearing", "keep_form", "limits", "live_page", "locked", "one_gesture", "pictured", "reauthentication"],
  ...["checklist_editor", "checklist_phone", "refusals", "sign_in", "signed_in", "sso", "stay_here", "trusted_types", "unlock"],
];

/** What Python makes of templates, words and changes stays a file of its own, and idb is where npm's files were copied. */
const besides = {
  name: "besides",
  /** @param {import("esbuild").PluginBuild} bundler */
  setup(bundler) {
    bundler.onResolve({ filter: /\/(templates|catalogues|described|build)\.js$/ }, ({ path }) => ({
      path: `../${path.split("/").at(-1)}`,
      external: true,
    }));
    bundler.onResolve({ filter: /\/vendor\/idb\.js$/ }, () => ({ path: vendored("idb") }));
  },
};

/** @param {string} name */
function vendored(name) {
  const folder = readdirSync(join(HOUSE, "static/vendor")).find((found) => found.startsWith(`${name}-`));
  return join(HOUSE, "static/vendor", String(folder), `${name}.js`);
}

/** @param {import("esbuild").BuildOptions} how */
const bundle = (how) =>
  build({
    absWorkingDir: HOUSE,
    bundle: true,
    charset: "utf8",
    chunkNames: "static/[hash]",
    format: "esm",
    legalComments: "none",
    logLevel: "warning",
    metafile: true,
    minify: true,
    outbase: HOUSE,
    outdir: MADE,
    plugins: [besides],
    splitting: true,
    target: "es2022",
    ...how,
  });

/** @param {string} path */
const digest = (path) => createHash("sha256").update(readFileSync(path)).digest("hex");

const made = await Promise.all([
  bundle({ entryPoints: ["service_worker/service_worker.js"], splitting: false }),
  bundle({ entryPoints: PAGES.map((name) => `static/${name}.js`) }),
]);
const metas = made.map(({ metafile }) => metafile);
const sources = [...new Set(metas.flatMap(({ inputs }) => Object.keys(inputs)))].sort();
const outputs = metas.flatMap(({ outputs: each }) => Object.entries(each));
const name = (/** @type {string} */ path) => relative(MADE, join(HOUSE, path));
writeFileSync(
  join(MADE, "bundles.json"),
  JSON.stringify({
    sources: Object.fromEntries(sources.map((path) => [path, digest(join(HOUSE, path))])),
    imports: Object.fromEntries(
      outputs.map(([path, { imports }]) => [
        name(path),
        imports.filter(({ external }) => !external).map((each) => name(each.path)),
      ]),
    ),
  }),
);
rmSync(BUNDLES, { recursive: true, force: true });
renameSync(MADE, BUNDLES);
