/** What compiled templates lean on: each is a small truth about Jinja that JavaScript does not share by itself. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { filters } from "../../../service_worker/jinja/filters.js";
import * as r from "../../../service_worker/jinja/runtime.js";
import { tests } from "../../../service_worker/jinja/tests.js";

const absent = new r.Undefined("visit");

describe("what a page may say", () => {
  test("text is escaped, HTML is not, and whole numbers are said", () => {
    assert.equal(r.print(`<b>'"&`), "&lt;b&gt;&#39;&#34;&amp;");
    assert.equal(r.print(new r.Safe("<b>")), "<b>");
    assert.equal(r.print(12345678901), "12345678901");
  });

  for (const value of [true, null, undefined, 2.5, Number.NaN, 2 ** 60, [], {}, absent])
    test(`${JSON.stringify(value)} is refused`, () => {
      assert.throws(() => r.print(value), /cannot print/);
    });

  test("what is undefined says its name", () => {
    assert.throws(() => r.print(r.attr({}, "adress")), /'adress', which is undefined/);
  });
});

describe("what is true", () => {
  test("an empty list, object, text and nought are false", () => {
    for (const value of [[], {}, "", 0, null, false, new r.Safe("")]) assert.equal(r.truth(value), false);
    for (const value of [[0], { a: 0 }, "0", -1, true, new r.Safe(" ")]) assert.equal(r.truth(value), true);
  });

  test("what is undefined is neither", () => {
    assert.throws(() => r.truth(absent), /cannot decide by/);
  });

  test("`and` and `or` give the value, and look no further than they must", () => {
    assert.equal(
      r.either("a", () => assert.fail()),
      "a",
    );
    assert.deepEqual(
      r.both([], () => assert.fail()),
      [],
    );
  });
});

describe("parts", () => {
  test("a document has only what is its own", () => {
    for (const name of ["constructor", "toString", "__proto__", "length"])
      assert.ok(r.attr({}, name) instanceof r.Undefined);
    assert.equal(r.attr({ length: 3 }, "length"), 3);
  });

  test("places count from both ends, and by code points in text", () => {
    assert.equal(r.item(["a", "b"], -1), "b");
    assert.equal(r.item("👩🏽a", 2), "a");
    assert.equal(r.slice("Åse🧑", -2, undefined), "e🧑");
    assert.ok(r.item(["a"], 1) instanceof r.Undefined);
  });

  test("a part of what is undefined is an error", () => {
    assert.throws(() => r.attr(absent, "name"), /cannot take name of 'visit'/);
  });

  test("texts stand in the order of their code points", () => {
    assert.ok(r.compare("\ue000", "😀") < 0);
    assert.ok(r.compare("å", "z") > 0);
    assert.ok(r.compare("ab", "a") > 0);
    assert.ok(r.compare([1, "b"], [1, "a"]) > 0);
  });

  test("equal is what Python calls equal", () => {
    assert.equal(r.eq({ a: [1, "x"] }, { a: [1, "x"] }), true);
    assert.equal(r.eq("1", 1), false);
    assert.equal(r.eq(true, 1), true);
    assert.throws(() => r.eq(absent, 1), /cannot compare/);
  });

  test("an object whose keys look like numbers has lost its order", () => {
    assert.throws(() => r.list({ 10: "a", x: "b" }), /cannot keep the order/);
  });
});

describe("numbers", () => {
  test("division rounds down and the rest is never negative", () => {
    assert.deepEqual([r.floorDivide(-7, 2), r.modulo(-7, 3), r.modulo(7, 3)], [-4, 2, 1]);
  });

  test("what would not be a whole number is refused", () => {
    for (const act of [() => r.floorDivide(1, 0), () => r.power(2, -1), () => r.multiply(2 ** 40, 2 ** 40)])
      assert.throws(act, /cannot calculate with/);
  });
});

describe("macros", () => {
  const handleHello = r.macro(
    "handleHello",
    Object.assign(r.child(r.nothing), { name: "outside" }),
    { name: undefined, word: () => "hej" },
    false,
    (scope) => `${r.print(r.get(scope, "word"))} ${r.print(r.get(scope, "name"))}`,
  );

  test("take arguments by place and by name, and have defaults", () => {
    assert.equal(String(handleHello(["Åse"])), "hej Åse");
    assert.equal(String(handleHello([], { name: "<b>", word: "god dag" })), "god dag &lt;b&gt;");
  });

  test("do not see outside for an argument that was not given", () => {
    assert.throws(() => handleHello([]), /'name', which is undefined/);
  });

  test("refuse what they do not take", () => {
    assert.throws(() => handleHello(["a", "b", "c"]), /handleHello\(\) takes/);
    assert.throws(() => handleHello(["a"], { name: "b" }), /handleHello\(\) takes/);
    assert.throws(() => handleHello([], { nam: "b" }), /handleHello\(\) takes/);
  });

  test("are the only thing that can be called", () => {
    assert.throws(() => r.call(absent, [], {}), /cannot call 'visit'/);
  });
});

describe("filters and tests", () => {
  test("one piece of HTML makes the whole of a join HTML", () => {
    assert.equal(String(filters.join(["<", new r.Safe("<b>")], "&")), "&lt;&amp;<b>");
    assert.equal(filters.join(["<", 2], "&"), "<&2");
  });

  test("a default is for what is undefined, not for what is empty", () => {
    assert.equal(filters.default(absent, "-"), "-");
    assert.equal(filters.default(null, "-"), null);
    assert.equal(filters.default("", "-"), "");
  });

  test("what is put in by replace is not read as a pattern", () => {
    assert.equal(filters.replace("a_b_c", "_", "$&"), "a$&b$&c");
    assert.throws(() => filters.replace("abc", "", "-"), /cannot replace the empty/);
  });

  test("nothing may be asked about what is not there", () => {
    assert.throws(() => tests.eq(absent, 1), /cannot compare/);
  });
});
