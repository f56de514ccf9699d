import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { holds, overlaps } from "../../ee_export_widget/widgets/map/geometry.js";
import { boxOf, cornerBox, edgeLabel, freeCorner, outsideLabel, readable, sides } from "../../ee_export_widget/widgets/map/labels.js";

const ROOM = { left: 6, top: 6, right: 506, bottom: 346 };
const SIZE = { width: 70, height: 18 };
const edges = (left, top, right, bottom) => [[[left, top], [right, top]], [[left, bottom], [right, bottom]]];

describe("the label of an edge", () => {
  test("stands on the edge, at three quarters of it", () => {
    assert.deepEqual(edgeLabel(edges(100, 80, 400, 300), SIZE, ROOM, []), { at: [325, 80], angle: 0 });
  });

  test("gives way to what is there already", () => {
    const handle = { left: 300, top: 60, right: 340, bottom: 100 };
    assert.deepEqual(edgeLabel(edges(100, 80, 400, 300), SIZE, ROOM, [handle]).at, [175, 80]);
  });

  test("takes the opposite edge where its own is out of view", () => {
    assert.deepEqual(edgeLabel(edges(100, -80, 400, 300), SIZE, ROOM, []).at, [325, 300]);
  });

  test("stands beside an edge that is too short, away from the region", () => {
    const { at, angle } = edgeLabel(edges(200, 100, 240, 130), SIZE, ROOM, []);
    assert.deepEqual([at, angle], [[220, 77], 0]);
  });

  const everywhere = [
    ["in a corner", edges(0, 0, 40, 30)],
    ["far larger than the screen", edges(-4000, -3000, 5000, 4000)],
    ["left of the screen", edges(-500, 100, -400, 200)],
    ["turned", [[[20, 60], [300, 2]], [[60, 260], [340, 200]]]],
  ];
  for (const [name, both] of everywhere) {
    test(`is never cut off: ${name}`, () => {
      const box = boxOf(edgeLabel(both, SIZE, ROOM, []), SIZE);
      assert.ok(holds({ left: 5.99, top: 5.99, right: 506.01, bottom: 346.01 }, box), JSON.stringify(box));
    });
  }

  test("keeps off the bars while the region is larger than the screen", () => {
    const bar = { left: 430, top: 0, right: 512, bottom: 80 };
    const tools = { left: 0, top: 0, right: 46, bottom: 160 };
    const box = boxOf(edgeLabel(edges(-4000, -3000, 5000, 4000), SIZE, ROOM, [bar, tools]), SIZE);
    assert.ok(!overlaps(box, bar) && !overlaps(box, tools), JSON.stringify(box));
  });
});

test("words are the right way up, and read upwards along an upright edge", () => {
  assert.deepEqual([0, 3, -3, 87, 90, 93, 177, 183, 270].map(readable), [0, 3, -3 + 0, -93, -90, -87, -3, 3, -90]);
});

describe("the words at the end of the source", () => {
  const square = [[100, 60], [400, 60], [400, 300], [100, 300]];

  test("stand outside, whichever way round the outline runs", () => {
    for (const ring of [square, [...square].reverse()]) {
      const { at: [, y], angle } = outsideLabel(ring, SIZE, ROOM, []);
      assert.ok(angle === 0 && (y === 48 || y === 312), `${y}`);
    }
  });

  test("are left out where there is no room outside", () => {
    assert.equal(outsideLabel([[4, 4], [508, 4], [508, 348], [4, 348]], SIZE, ROOM, []), null);
  });

  test("follow a bent outline as four sides", () => {
    const bent = [[0, 0], [50, 2], [100, 6], [98, 50], [95, 100], [45, 98], [-5, 94], [-3, 50]];
    assert.equal(sides(bent).length, 4);
  });
});

describe("the loupe", () => {
  const loupe = { width: 118, height: 138 };

  test("stands at the lower right", () => {
    assert.equal(freeCorner(loupe, ROOM, [], null), "bottom-right");
  });

  test("moves away from a handle", () => {
    const handle = { left: 420, top: 250, right: 438, bottom: 268 };
    assert.equal(freeCorner(loupe, ROOM, [handle], "bottom-right"), "bottom-left");
  });

  test("stays where it is while it hides nothing", () => {
    assert.equal(freeCorner(loupe, ROOM, [], "top-right"), "top-right");
  });

  test("is not shown where each corner has a handle", () => {
    const handles = ["bottom-right", "bottom-left", "top-right"].map((corner) => cornerBox(corner, loupe, ROOM));
    assert.equal(freeCorner(loupe, ROOM, handles, null), null);
  });
});
