import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { addedUp, nudgeOf, twoCorners } from "../../ee_export_widget/widgets/map/gestures.js";
import { newest } from "../../ee_export_widget/widgets/map/newest.js";

/** Time that passes when told to. */
function clock() {
  let [time, calls] = [0, []];
  return {
    now: () => time,
    later: (call, ms) => {
      const entry = { call, at: time + ms };
      calls.push(entry);
      return entry;
    },
    forget: (entry) => (calls = calls.filter((other) => other !== entry)),
    pass(ms) {
      time += ms;
      for (const entry of calls.filter(({ at }) => at <= time)) {
        calls = calls.filter((other) => other !== entry);
        entry.call();
      }
    },
    get waiting() {
      return calls.length;
    },
  };
}

describe("a rectangle", () => {
  const drawn = () => {
    const said = [];
    const corners = twoCorners((phase, a, b) => said.push([phase, a, b]), (place) => place);
    return { said, corners };
  };

  test("is drawn by two clicks with moves between them", () => {
    const { said, corners } = drawn();
    corners.press([10, 10]);
    assert.equal(corners.release([11, 11]), false);
    corners.move([60, 40]);
    corners.press([80, 50]);
    assert.equal(corners.release([80, 50]), true);
    assert.deepEqual(said, [["start", [10, 10], [10, 10]], ["move", [10, 10], [60, 40]], ["end", [10, 10], [80, 50]]]);
    assert.equal(corners.corners, null);
  });

  test("is drawn by press, drag and release", () => {
    const { said, corners } = drawn();
    corners.press([10, 10]);
    corners.move([30, 30]);
    corners.release([31, 32]);
    assert.deepEqual(said.map(([phase]) => phase), ["start", "move", "end"]);
    assert.deepEqual(said.at(-1), ["end", [10, 10], [31, 32]]);
  });

  test("is not finished by a double click on its first corner", () => {
    const { said, corners } = drawn();
    for (const at of [[10, 10], [10, 12]]) {
      corners.press(at);
      corners.release(at);
    }
    assert.deepEqual(said.map(([phase]) => phase), ["start"]);
  });

  test("can be given up, once", () => {
    const { said, corners } = drawn();
    corners.press([10, 10]);
    corners.move([20, 20]);
    assert.equal(corners.cancel(), true);
    assert.equal(corners.cancel(), false);
    corners.move([30, 30]);
    assert.equal(corners.release([30, 30]), false);
    assert.deepEqual(said.map(([phase]) => phase), ["start", "move", "cancel"]);
  });
});

describe("arrow keys", () => {
  const cases = [
    ["a corner moves both ways", 0, "ArrowLeft", false, [-1, 0]],
    ["Shift goes ten pixels", 4, "ArrowDown", true, [0, 10]],
    ["the north edge moves across itself", 1, "ArrowUp", false, [0, -1]],
    ["and not along itself", 1, "ArrowRight", false, [0, 0]],
    ["the west edge moves across itself", 7, "ArrowRight", true, [10, 0]],
    ["and not along itself", 3, "ArrowDown", false, [0, 0]],
    ["the whole region moves both ways", "whole", "ArrowUp", false, [0, -1]],
  ];
  for (const [name, handle, key, far, [columns, rows]] of cases) {
    test(`${name}: ${handle} ${key}`, () => assert.deepEqual(nudgeOf(handle, key, far), { handle, columns, rows }));
  }

  test("other keys are left alone", () => assert.equal(nudgeOf(0, "a", false), null));
});

describe("messages", () => {
  test("go out at once, then at most so often, and the newest always", () => {
    const [time, sent] = [clock(), []];
    const line = newest((message) => sent.push(message), { intervalMs: 100, clock: time });
    for (let i = 0; i < 100; i += 1) {
      line.offer(i);
      time.pass(10);
    }
    assert.equal(sent[0], 0);
    assert.ok(sent.length <= 11, `${sent.length} messages in a second`);
    time.pass(100);
    assert.equal(sent.at(-1), 99);
    assert.equal(time.waiting, 0);
  });

  test("the last word of a gesture comes last and only once", () => {
    const [time, sent] = [clock(), []];
    const line = newest((message) => sent.push(message), { intervalMs: 100, clock: time });
    for (const message of ["a", "b", "c"]) line.offer(message);
    line.insist("end");
    time.pass(1000);
    assert.deepEqual(sent, ["a", "end"]);
  });

  test("nudges that come too fast are added up, none is lost", () => {
    const [time, sent] = [clock(), []];
    const line = newest((nudge) => sent.push(nudge), { intervalMs: 100, clock: time, merge: addedUp });
    for (let i = 0; i < 30; i += 1) {
      line.offer({ handle: 3, columns: 1, rows: 0 });
      time.pass(20);
    }
    line.flush();
    assert.equal(sent.reduce((sum, { columns }) => sum + columns, 0), 30);
    assert.ok(sent.length < 10);
  });

  test("nothing is sent after the end", () => {
    const [time, sent] = [clock(), []];
    const line = newest((message) => sent.push(message), { intervalMs: 100, clock: time });
    line.offer(1);
    line.offer(2);
    line.stop();
    time.pass(1000);
    assert.deepEqual(sent, [1]);
  });
});
