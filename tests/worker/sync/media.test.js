/** A guide is ready offline when every byte of every picture has been checked, and not before. */

import assert from "node:assert/strict";
import { createHash, randomUUID } from "node:crypto";
import test from "node:test";
import { makePhone } from "../on_phone.mjs";
import { makeGuide } from "../server.mjs";

const PICTURES = ["<svg>1</svg>", "<svg>2</svg>"].map((text) => `${text}${randomUUID()}`);
const hashOf = (text) => createHash("sha256").update(text).digest("hex");

const media = PICTURES.map((text) => ({ sha256: hashOf(text), bytes: text.length, type: "image/svg+xml" }));

async function withGuide(files) {
  const phone = await makePhone({ synced: false });
  phone.server.guides = [makeGuide(media)];
  phone.server.files = files;
  return phone;
}

const whole = (path) => new Response(PICTURES.find((text) => path === `/media/${hashOf(text)}`));

test("a picture that came broken is not kept, and the guide is not ready", async () => {
  const phone = await withGuide((path) =>
    path.endsWith(hashOf(PICTURES[1])) ? new Response("<svg>broken") : whole(path),
  );
  await phone.hello();
  const { html } = await phone.open("/guides");

  assert.match(html, /Loftlift/);
  assert.doesNotMatch(html, /#done"/);
  assert.equal((await phone.rows("media")).length, 1);
});

test("what did not come the first time comes the next, and then the guide is ready", async () => {
  const phone = await withGuide(() => new Response("gone", { status: 500 }));
  await phone.hello();
  phone.server.files = whole;
  await phone.say({ about: "online" });
  const { html } = await phone.open("/guides");

  assert.match(html, /#done"/);
  assert.equal(
    phone.page.heard.some((news) => news.about === "changed"),
    true,
  );
});

test("a picture that the browser threw away is fetched again", async () => {
  const phone = await withGuide(whole);
  await phone.hello();
  await (await caches.open("haand-media")).delete(`/media/${hashOf(PICTURES[0])}`);
  phone.server.files = () => new Response("", { status: 500 });
  await phone.say({ about: "online" });
  const gone = await phone.open("/guides");
  phone.server.files = whole;
  await phone.say({ about: "online" });

  assert.doesNotMatch(gone.html, /#done"/);
  assert.match((await phone.open("/guides")).html, /#done"/);
});

test("pictures leave room for answers", async (t) => {
  t.mock.method(navigator.storage, "estimate", async () => ({ quota: 60_000_000, usage: 20_000_000 }));
  const phone = await withGuide(whole);
  await (await caches.open("haand-media")).delete(`/media/${hashOf(PICTURES[0])}`);
  await phone.hello();

  assert.deepEqual(await phone.rows("media"), []);
});
