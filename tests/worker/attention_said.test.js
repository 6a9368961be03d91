/** What was turned down is said once, where a tap's "saved" was said, and only when there is more of it than before. */

import assert from "node:assert/strict";
import test from "node:test";

test("what was turned down is said once, also when something else changes the sign", async () => {
  let [number, drawn] = [0, 0];
  const outcome = { textContent: "Gemt. 1 af 8." };
  const sign = () => ({ textContent: String(number), nextElementSibling: { textContent: "skal ses på" } });
  const found = { outcome: () => outcome, attention: () => (drawn ? sign() : null) };
  const htmx = {
    ajax: async () => {
      drawn = number;
    },
  };
  Object.assign(globalThis, {
    window: { htmx },
    document: { body: { toggleAttribute() {} }, getElementById: (id) => found[id]() },
  });
  const { refreshSign } = await import("../../static/sign.js");
  const said = async (now) => {
    number = now;
    await refreshSign();
    const { textContent } = outcome;
    outcome.textContent = "";
    return textContent;
  };

  assert.equal(await said(0), "Gemt. 1 af 8.");
  assert.deepEqual(
    [await said(1), await said(1), await said(2), await said(1), await said(0), await said(1)],
    ["1 skal ses på", "", "2 skal ses på", "", "", "1 skal ses på"],
  );
});
