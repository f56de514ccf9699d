import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { pixelCard } from "../../ee_export_widget/widgets/map/cards.js";
import { levelsMissing, lines, netOf, pixelAt, pointOf, positionAt } from "../../ee_export_widget/widgets/map/lattice.js";
import { looking } from "../../ee_export_widget/widgets/map/looking.js";
import { ringCorners } from "../../ee_export_widget/widgets/map/polygon.js";
import { bent, ghost } from "../../ee_export_widget/widgets/map/shapes.js";

const BOX = { left: 0, top: 0, right: 400, bottom: 300 };

/** Forty columns and thirty rows from column 100, row 50, ten pixels of the screen each, bent by some. */
function mesh(bend = 0, cells = 2) {
  const places = Array.from({ length: cells + 1 }, (_, j) =>
    Array.from({ length: cells + 1 }, (_, i) => [
      (400 * i) / cells + bend * (j / cells) ** 2,
      (300 * j) / cells + bend * (i / cells) ** 2,
    ]));
  return { column: 100, row: 50, columns: 40, rows: 30, places };
}
const net = (bend, cells) => netOf(mesh(bend, cells), (place) => place);

describe("pixels", () => {
  test("lie where the net says", () => {
    assert.deepEqual(pointOf(net(), 100, 50), [0, 0]);
    assert.deepEqual(pointOf(net(), 140, 80), [400, 300]);
    assert.deepEqual(pointOf(net(), 110.5, 51), [105, 10]);
  });

  test("are found under a point, also in a net that is bent", () => {
    assert.deepEqual(pixelAt(net(), [105, 9.9]), { column: 110, row: 50 });
    for (const bend of [0, 30, -60]) {
      for (const [column, row] of [[100.5, 50.5], [139.5, 79.5], [117.25, 66.75]]) {
        const found = positionAt(net(bend, 8), pointOf(net(bend, 8), column, row));
        assert.ok(Math.hypot(found.column - column, found.row - row) < 0.01, `${bend} ${column} ${row}`);
      }
    }
  });

  test("are none beyond the net", () => {
    for (const point of [[-1, 10], [401, 10], [10, -1], [10, 301], [5000, 5000]]) assert.equal(pixelAt(net(), point), null);
  });

  test("of no size are none", () => {
    const flat = netOf({ ...mesh(), places: mesh().places.map((row) => row.map(() => [0, 0])) }, (place) => place);
    assert.equal(pixelAt(flat, [10, 10]), null);
  });

  test("are shown once they are six pixels wide, and not more than 150 at a time", () => {
    assert.equal(levelsMissing(net(), BOX), 0);
    assert.equal(levelsMissing(netOf(mesh(), ([x, y]) => [x / 2, y / 2]), BOX), 1);
    assert.equal(levelsMissing(netOf(mesh(), ([x, y]) => [x / 20, y / 20]), BOX), 4);
    assert.equal(levelsMissing(net(), { ...BOX, right: 1600 }), 1);
  });

  test("have a line on each side", () => {
    const moves = lines(net(0, 1), BOX).match(/M/g);
    assert.equal(moves.length, 41 + 31);
  });
});

describe("one view", () => {
  const ring = (shift) => [[10 + shift, 0], [20 + shift, 0], [20 + shift, 10], [10 + shift, 0]];
  const view = { revision: "r", footprint: ring(0), source: [], drawn: [ring(0)], parts: [], handles: ring(0) };
  const look = { revision: "r", footprint: [...ring(0), [10, 0]], source: ring(1), mesh: mesh() };

  test("takes what was said to it, and not what was said to another", () => {
    const eye = looking("me", () => {});
    assert.equal(eye.hear({ command: "look", id: "other", look }), false);
    assert.equal(eye.refined(view), view);
    assert.equal(eye.hear({ command: "look", id: "me", look }), true);
    assert.equal(eye.refined(view).footprint, look.footprint);
    assert.equal(eye.refined(view).source, look.source);
  });

  test("drops what was said of another grid", () => {
    const eye = looking("me", () => {});
    eye.hear({ command: "look", id: "me", look: { ...look, revision: "old" } });
    assert.equal(eye.refined(view), view);
    assert.equal(eye.net(view, (place) => place), null);
  });

  test("shows handles and drawing on the copy of the world where it stands", () => {
    const eye = looking("me", () => {});
    eye.hear({ command: "look", id: "me", look: { ...look, footprint: ring(360) } });
    assert.deepEqual(eye.refined(view).handles[0], [370, 0]);
    assert.deepEqual(eye.refined(view).drawn[0][1], [380, 0]);
  });

  test("still shows where the source ends where there is no grid", () => {
    const eye = looking("me", () => {});
    eye.hear({ command: "look", id: "me", look: { ...look, footprint: [], mesh: null } });
    assert.equal(eye.refined({ ...view, footprint: [] }).footprint.length, 0);
    assert.equal(eye.refined(view).source, look.source);
  });

  test("asks for each pixel once, and shows only what was said of the one that is looked at", () => {
    const sent = [];
    const eye = looking("me", (name, args) => sent.push([name, args]));
    eye.hear({ command: "look", id: "me", look });
    const at = eye.net(view, (place) => place);
    assert.deepEqual(eye.pixel(at, BOX, [5, 5]), { missing: 0, pixel: { column: 100, row: 50 }, lines: [] });
    eye.pixel(at, BOX, [6, 6]);
    assert.deepEqual(sent, [["pixel", { id: "me", column: 100, row: 50 }]]);
    eye.hear({ command: "pixel", id: "me", column: 100, row: 50, lines: ["B2 7"] });
    assert.deepEqual(eye.pixel(at, BOX, [6, 6]).lines, ["B2 7"]);
    assert.deepEqual(eye.pixel(at, BOX, [15, 6]).lines, []);
    assert.equal(eye.pixel(at, BOX, null).pixel, null);
    eye.forget();
    assert.deepEqual(eye.pixel(at, BOX, [6, 6]).lines, []);
    eye.stop();
  });

  test("says of a pixel what the kernel has said, beside the pointer", () => {
    const words = (piece) => (piece.tag === "#text" ? piece.props.data : (piece.children ?? []).map(words).join(""));
    const wide = { ...BOX, right: 600 };
    const card = pixelCard({ box: wide }, { column: 1234, row: 0 }, ["source pixel 1, 2", "B2 7"], [590, 290]);
    assert.equal(words(card), "pixel 1,234, 0 of the exportsource pixel 1, 2B2 7");
    assert.match(card.props.style, /right:28px;bottom:26px/);
    assert.match(pixelCard({ box: wide }, { column: 1, row: 0 }, [], [9, 9]).props.style, /left:27px;top:25px/);
    assert.match(pixelCard({ box: BOX }, { column: 1, row: 0 }, [], [9, 9]).props.style, /right:46px;bottom:52px/);
    assert.match(pixelCard({ box: BOX }, { column: 1, row: 0 }, [], [9, 290]).props.style, /right:46px;top:8px/);
  });
});

describe("a polygon", () => {
  const drawn = () => {
    const said = [];
    const ring = ringCorners((phase, places) => said.push([phase, places.length]), (place) => place);
    return { said, ring };
  };

  test("gets a corner with each press, and ends on its first", () => {
    const { said, ring } = drawn();
    for (const at of [[0, 0], [100, 0]]) {
      ring.press(at);
      ring.release(at);
    }
    ring.move([90, 50]);
    assert.equal(ring.corners.length, 3);
    ring.press([100, 100]);
    ring.press([3, 3]);
    assert.deepEqual(said, [["start", 1], ["move", 2], ["move", 3], ["move", 3], ["end", 3]]);
    assert.equal(ring.corners, null);
  });

  test("ends with a second press on its last corner, but not before it has three", () => {
    const { said, ring } = drawn();
    for (const at of [[0, 0], [0, 0], [100, 0], [101, 1], [50, 80], [50, 81]]) ring.press(at);
    assert.deepEqual(said.at(-1), ["end", 3]);
    assert.equal(said.filter(([phase]) => phase === "end").length, 1);
  });

  test("gives its last corner back, down to the first", () => {
    const { said, ring } = drawn();
    assert.equal(ring.back(), false);
    for (const at of [[0, 0], [100, 0]]) ring.press(at);
    assert.equal(ring.back(), true);
    assert.equal(ring.back(), false);
    assert.deepEqual(said.at(-1), ["move", 1]);
  });

  test("is given up, once", () => {
    const { said, ring } = drawn();
    assert.equal(ring.cancel(), false);
    ring.press([0, 0]);
    assert.equal(ring.cancel(), true);
    ring.move([5, 5]);
    assert.deepEqual(said, [["start", 1], ["cancel", 0]]);
  });

  test("is shown as it is drawn, its diagonals straight in degrees", () => {
    const scene = { ring: [[0, 0], [1, 0], [1, 1]], screen: (place) => place };
    assert.equal(ghost(scene).length, 1 + 1 + 10);
    assert.equal(bent([[0, 0], [90, 80], [0, 80]]).length, 64 + 1 + 1);
  });
});
