import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { clipLine, clipRing, path, spanned, stretched } from "../../ee_export_widget/widgets/map/geometry.js";

const BOX = { left: 0, top: 0, right: 100, bottom: 50 };

/** Eight handles of a grid that is turned by a slope of one in ten. */
const HANDLES = [[0, 0], [50, 5], [100, 10], [97.5, 35], [95, 60], [45, 55], [-5, 50], [-2.5, 25]];

const near = (points, expected) =>
  points.forEach((point, i) => point.forEach((value, axis) => assert.ok(Math.abs(value - expected[i][axis]) < 1e-9, `${points} is not ${expected}`)));

describe("a drawn rectangle", () => {
  test("lies along the axes of the screen where no grid is known", () => {
    near(spanned([10, 20], [40, 60]), [[10, 20], [40, 20], [40, 60], [10, 60]]);
  });

  test("is turned like the grid, with both corners where the hand put them", () => {
    near(spanned([0, 0], [95, 60], [10, 1], [-1, 10]), [[0, 0], [100, 10], [95, 60], [-5, 50]]);
  });

  test("does not fall apart where the axes lie on one line", () => {
    near(spanned([1, 2], [3, 4], [1, 1], [2, 2]), [[1, 2], [1, 2], [3, 4], [1, 2]]);
  });
});

describe("a dragged handle", () => {
  const corners = [[0, 0], [100, 10], [95, 60], [-5, 50]];
  const cases = [
    ["the north-west corner moves two edges and leaves the opposite corner", 0, [9.5, 6], [[9.5, 6], [99.5, 15], [95, 60], [5, 51]]],
    ["the north edge keeps its columns", 1, [50 - 0.5, 5 + 5], [[-0.5, 5], [99.5, 15], [95, 60], [-5, 50]]],
    ["the east edge keeps its rows", 3, [97.5 + 10, 35 + 1], [[0, 0], [110, 11], [105, 61], [-5, 50]]],
    ["the south-west corner moves the south and the west", 6, [4.5, 56], [[10, 1], [100, 10], [94.5, 65], [4.5, 56]]],
  ];
  for (const [name, handle, to, expected] of cases) {
    test(name, () => near(stretched(HANDLES, handle, to), expected));
  }

  test("that is put back leaves the region as it was", () => {
    HANDLES.forEach((place, handle) => near(stretched(HANDLES, handle, place), corners));
  });

  test("may be pulled past the opposite edge", () => {
    near(stretched(HANDLES, 7, [197.5, 45]), [[200, 20], [100, 10], [95, 60], [195, 70]]);
  });
});

describe("clipping", () => {
  test("keeps a ring that is inside", () => {
    assert.deepEqual(clipRing([[1, 1], [9, 1], [9, 9]], BOX), [[1, 1], [9, 1], [9, 9]]);
  });

  test("cuts a ring that is millions of pixels wide down to the box", () => {
    const cut = clipRing([[-4e6, 10], [4e6, 10], [4e6, 4e6], [-4e6, 4e6]], BOX);
    assert.deepEqual(cut.map(([x, y]) => [Math.round(x), Math.round(y)]).sort(), [[0, 10], [0, 50], [100, 10], [100, 50]]);
  });

  test("leaves nothing of a ring beside the box", () => {
    assert.deepEqual(clipRing([[200, 0], [300, 0], [300, 40]], BOX), []);
  });

  test("cuts a line at both ends", () => {
    assert.deepEqual(clipLine([-50, 25], [150, 25], BOX), [[0, 25], [100, 25]]);
  });

  test("knows a line that misses the box", () => {
    assert.equal(clipLine([-50, 60], [150, 60], BOX), null);
    assert.equal(clipLine([-10, 45], [10, 65], BOX), null);
  });
});

test("a path is closed and has tenths of a pixel", () => {
  assert.equal(path([[0, 0.04], [10.26, 0], [3, 4]]), "M0 0L10.3 0L3 4Z");
  assert.equal(path([]), "");
});
