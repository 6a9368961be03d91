/** A page on the phone: templates and words from the build, the language from the context. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { register } from "node:module";
import { describe, test } from "node:test";

const CATALOGUES = {
  da: {
    messages: {
      Today: ["I dag"],
      "Hi %(name)s, 100 %%": ["Hej %(name)s, 100 %%"],
      "%(num)s visit": ["%(num)s besøg", "%(num)s besøg i alt"],
      "%(hour)s:%(minute)s": ["%(hour)s.%(minute)s"],
    },
    plural_forms: { one: 0, other: 1 },
  },
  en: { messages: {}, plural_forms: { one: 0, other: 1 } },
};

const TEMPLATES = `export default (r, filters) => ({
  "layout.html": {
    root: (page, s0) => "<main>" + r.block(page, "main", page.top, 0) + "</main>",
    blocks: { main: () => "the layout's own" },
  },
  "page.html": {
    root: (page, s0) => r.parent(page, "layout.html"),
    blocks: {
      main: (page, s0, level) => r.message(s0, ["Hi %(name)s, 100 %%"], { name: r.get(s0, "name") }) + " "
        + r.message(s0, ["%(num)s visit", "%(num)s visits"], { num: r.get(s0, "visits") }) + " "
        + filters.time(s0, "2026-11-23T06:42:00.000Z") + " " + r.superBlock(page, "main", s0, level),
    },
  },
  "unknown.html": { root: (page, s0) => r.print(r.attr(r.get(s0, "visit"), "adress")), blocks: {} },
})`;

/** What the server makes when it starts, here made by hand. */
const MADE = {
  "../../catalogues.js": `export default ${JSON.stringify(CATALOGUES)}`,
  "../../templates.js": TEMPLATES,
};
const address = (/** @type {string} */ text) => `data:text/javascript,${encodeURIComponent(text)}`;

register(
  address(`const made = ${JSON.stringify(Object.fromEntries(Object.entries(MADE).map(([name, text]) => [name, address(text)])))};
    export const resolve = (name, context, next) =>
      name in made ? { url: made[name], shortCircuit: true } : next(name, context);`),
);
const { render } = await import("../../../service_worker/jinja/render.js");

describe("a page", () => {
  test("speaks the language of its context", () => {
    const context = { name: "<Åse>", visits: 2 };

    assert.equal(
      render("page.html", { ...context, language: "da" }),
      "<main>Hej &lt;Åse&gt;, 100 % 2 besøg i alt 07.42 the layout's own</main>",
    );
    assert.equal(
      render("page.html", { ...context, language: "en" }),
      "<main>Hi &lt;Åse&gt;, 100 % 2 visits 07:42 the layout's own</main>",
    );
  });

  test("keeps nothing from the page before it", () => {
    const first = render("page.html", { name: "A", visits: 1, language: "en" });
    render("page.html", { name: "B", visits: 5, language: "da" });

    assert.equal(render("page.html", { name: "A", visits: 1, language: "en" }), first);
  });

  test("is an error when something is misspelt, missing or in an unknown language", () => {
    assert.throws(
      () => render("unknown.html", { visit: {}, language: "da" }),
      /'adress', which is undefined/,
    );
    assert.throws(() => render("nowhere.html", { language: "da" }), /there is no template nowhere.html/);
    assert.throws(() => render("page.html", { name: "A", visits: 1, language: "fr" }), /no catalogue for fr/);
  });
});

describe("days and times", async () => {
  const { filters } = await import("../../../service_worker/jinja/filters.js");
  const { useCatalogues } = await import("../../../service_worker/jinja/translation.js");
  const cases = JSON.parse(readFileSync(new URL("../../cases/filters.json", import.meta.url), "utf8"));
  const words = readFileSync(
    new URL("../../../pwa/locales/da/LC_MESSAGES/haand.po", import.meta.url),
    "utf8",
  );
  const danish = [...words.matchAll(/^msgid "(.+)"\nmsgstr "(.+)"$/gm)].map(([, id, said]) => [id, [said]]);

  for (const { sentence, filter, value, now, day, da, en } of cases)
    test(`${filter}: ${sentence}`, () => {
      useCatalogues({ ...CATALOGUES, da: { ...CATALOGUES.da, messages: Object.fromEntries(danish) } });

      const given = [value, now, day].filter((each) => each !== undefined);
      assert.equal(filters[filter]({ language: "da" }, ...given), da);
      assert.equal(filters[filter]({ language: "en" }, ...given), en);
    });
});
