import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { filterBands } from "../../ee_export_widget/widgets/bands/filter.js";
import { selection } from "../../ee_export_widget/widgets/bands/selection.js";
import { typing } from "../../ee_export_widget/widgets/form/typing.js";
import { ICONS } from "../../ee_export_widget/widgets/icons.js";
import { age, clockText, duration, halves, webAddress } from "../../ee_export_widget/widgets/operations/text.js";
import { changedLines, lineText, linesOf } from "../../ee_export_widget/widgets/preview/lines.js";

/** @import { BandsView, Line } from "../../ee_export_widget/widgets/views.js" */

describe("age of an operation", () => {
  const [minute, hour, day] = [60e3, 3600e3, 86400e3];
  for (const [ms, words] of /** @type {[number, string][]} */ ([
    [0, "just now"],
    [-5, "just now"],
    [minute, "1 min ago"],
    [59 * minute, "59 min ago"],
    [hour, "1 h ago"],
    [day - 1, "23 h ago"],
    [day, "yesterday"],
    [2 * day, "2 days ago"],
  ])) {
    test(`${ms} ms are ${words}`, () => assert.equal(age(ms), words));
  }
});

describe("filter of the band table", () => {
  const view = /** @type {BandsView} */ (
    /** @type {unknown} */ ({
      ids: ["B2", "SCL", "QA60", "NDVI_2024.1"],
      types: ["uint16", "uint8", "uint16", "float"],
      policy: ["MEAN", "MODE", "MEAN", "MEAN"],
      kinds: ["measured", "class", "bitmask", "measured"],
      written: [false, true, false, false],
      suggests: ["", "", "SAMPLE", ""],
    })
  );
  /** @type {[string, number[]][]} */
  const cases = [
    ["", [0, 1, 2, 3]],
    ["  b2 ", [0]],
    ["*60", [2]],
    ["q*", [2]],
    ["ndvi_2024.*", [3]],
    ["NDVI_2024x1", []],
    ["type:uint16", [0, 2]],
    ["type:uint*", [0, 1, 2]],
    ["policy:mean", [0, 2, 3]],
    ["kind:class", [1]],
    ["is:override", [1]],
    ["is:differs", [2]],
    ["is:nonsense", []],
    ["type:uint16 is:differs", [2]],
    ["other:thing", []],
    ["[", []],
    ["type:", []],
    ["toString:x", []],
  ];
  for (const [text, found] of cases) {
    test(`"${text}" keeps ${found.length}`, () => assert.deepEqual(filterBands(view, text), found));
  }
});

describe("selection of bands", () => {
  const order = ["a", "b", "c", "d", "e"];

  test("a range goes from the last toggled band to this one, in either direction", () => {
    const ticks = selection();
    ticks.toggle("d");
    ticks.extend("b", order);
    assert.deepEqual(ticks.among(order), ["b", "c", "d"]);
  });

  test("a range without a beginning starts at the top", () => {
    const ticks = selection();
    ticks.extend("b", order);
    assert.deepEqual(ticks.among(order), ["a", "b"]);
  });

  test("all are ticked unless all are ticked already; others stay as they are", () => {
    const ticks = selection();
    ticks.toggle("a");
    ticks.toggle("c");
    ticks.toggleAll(["b", "c"]);
    assert.deepEqual(ticks.among(order), ["a", "b", "c"]);
    ticks.toggleAll(["b", "c"]);
    assert.deepEqual(ticks.among(order), ["a"]);
  });

  test("bands that are gone are forgotten", () => {
    const ticks = selection();
    ticks.toggleAll(order);
    ticks.keep(["b", "x"]);
    assert.equal(ticks.size, 1);
    assert.ok(ticks.has("b"));
  });
});

describe("typing", () => {
  /** A form whose clock stands still until `pass`. */
  function form() {
    /** @type {{ call: () => void, due: number }[]} */
    let timers = [];
    /** @type {any[]} */
    const sent = [];
    let now = 0;
    const state = { ack: 0 };
    const entries = typing(
      (edit) => sent.push([edit.field, edit.value, edit.seq]),
      () => state.ack,
      {
        later: (call, ms) => {
          const timer = { call, due: now + ms };
          timers.push(timer);
          return timer;
        },
        cancel: (timer) => (timers = timers.filter((other) => other !== timer)),
      },
    );
    const pass = (/** @type {number} */ ms) => {
      now += ms;
      const due = timers.filter((timer) => timer.due <= now);
      timers = timers.filter((timer) => timer.due > now);
      for (const { call } of due) call();
    };
    return { entries, sent, state, pass, waiting: () => timers.length };
  }

  test("each key begins the silence anew", () => {
    const { entries, sent, pass } = form();
    entries.enter("name", "a");
    pass(149);
    entries.enter("name", "ab");
    pass(149);
    assert.deepEqual(sent, []);
    pass(1);
    assert.deepEqual(sent, [["name", "ab", 1]]);
  });

  test("a flush sends once, and nothing where nothing waits", () => {
    const { entries, sent, pass } = form();
    entries.flush("name");
    entries.enter("name", "a");
    entries.flush("name");
    entries.flush("name");
    pass(1000);
    assert.deepEqual(sent, [["name", "a", 1]]);
  });

  test("what was entered is shown until the kernel has taken it in", () => {
    const { entries, state } = form();
    assert.equal(entries.latest("name", "old"), "old");
    entries.enter("name", "new");
    assert.equal(entries.latest("name", "old"), "new");
    entries.flush("name");
    assert.equal(entries.latest("name", "old"), "new");
    state.ack = 1;
    assert.equal(entries.latest("name", "from the kernel"), "from the kernel");
  });

  test("text typed after the last edit outlives the answer to it", () => {
    const { entries, state } = form();
    entries.enter("name", "a", true);
    entries.enter("name", "ab");
    state.ack = 1;
    assert.equal(entries.latest("name", "a"), "ab");
  });

  test("an unticked box is a value like any other", () => {
    const { entries } = form();
    entries.enter("overwrite", false, true);
    assert.equal(entries.latest("overwrite", true), false);
  });

  test("numbers go on above those of another view", () => {
    const { entries, sent, state } = form();
    state.ack = 7;
    entries.enter("name", "a", true);
    entries.enter("crs", "b", true);
    assert.deepEqual(
      sent.map(([, , seq]) => seq),
      [8, 9],
    );
  });

  test("stopping leaves no timer and sends nothing", () => {
    const { entries, sent, pass, waiting } = form();
    entries.enter("name", "a");
    entries.stop();
    assert.equal(waiting(), 0);
    pass(1000);
    assert.deepEqual(sent, []);
  });
});

describe("lines of the request", () => {
  /** @type {(path: string, text: string, depth?: number) => Line} */
  const line = (path, text, depth = 1) => ({ depth, pieces: [["punct", text]], path, fold: "", message: "" });
  const before = [
    line("", "{", 0),
    line("grid", "grid: {"),
    line("grid.crsCode", "a", 2),
    line("", "}"),
    line("", "}", 0),
  ];

  test("a line is indented by two spaces for each level", () => assert.equal(lineText(before[2]), "    a"));

  test("only lines whose text differs count as changed", () => {
    const after = [...before.slice(0, 2), line("grid.crsCode", "b", 2), line("grid.new", "c", 2), ...before.slice(3)];
    assert.deepEqual(changedLines(before, after), ["grid.crsCode 0", "grid.new 0"]);
    assert.deepEqual(changedLines(before, before), []);
  });

  test("a field shows its own lines and those inside of it, else the line that holds it", () => {
    const texts = (/** @type {string[]} */ ...paths) => [...linesOf(before, paths)].map((each) => each.pieces[0][1]);
    assert.deepEqual(texts("grid.crsCode"), ["a"]);
    assert.deepEqual(texts("grid"), ["grid: {", "a"]);
    assert.deepEqual(texts("grid.crsCode.x"), ["a"]);
    assert.deepEqual(texts("grid.crsCode", "grid"), ["a"], "of a path and what is around it the path is meant");
    assert.deepEqual(texts("priority"), []);
    assert.deepEqual(texts(), []);
  });
});

describe("texts of operations", () => {
  /** @type {[number, string][]} */
  const spans = [
    [-5000, "0:00"],
    [999, "0:00"],
    [7000, "0:07"],
    [724_000, "12:04"],
    [3_753_000, "1:02:33"],
  ];
  for (const [ms, text] of spans) test(`${ms} ms are ${text}`, () => assert.equal(duration(ms), text));

  test("a running clock counts, a standing one says its text", () => {
    assert.deepEqual(clockText({ since_ms: 1000, running: true, text: "", suffix: "elapsed" }, 8000), [
      "0:07",
      "elapsed",
    ]);
    assert.deepEqual(clockText({ since_ms: 0, running: false, text: "took 0:05", suffix: "" }, 8000), [
      "",
      "took 0:05",
    ]);
  });

  test("a name is cut before its last component, or before its last characters", () => {
    assert.deepEqual(halves("projects/p/operations/ABC"), ["projects/p/operations", "/ABC"]);
    assert.deepEqual(halves("short"), ["", "short"]);
    const [head, tail] = halves(`a/${"x".repeat(60)}`);
    assert.equal(tail.length, 26);
    assert.equal(head + tail, `a/${"x".repeat(60)}`);
  });

  test("only addresses of the web become links", () => {
    assert.equal(webAddress("https://example.org/a"), "https://example.org/a");
    for (const other of ["javascript:alert(1)", "file:///etc/passwd", "gs://bucket/a", " https://x"]) {
      assert.equal(webAddress(other), "");
    }
  });
});

test("every icon is there under its name", () => {
  const wanted =
    "check ok x fail warn info clock run todo stop verified offline undo redo more chev down asset drive bucket pan rect fit " +
    "lattice trash layers search expand copy edit new pin flag unknown";
  assert.deepEqual(
    wanted.split(" ").filter((name) => !ICONS[name]),
    [],
  );
});
