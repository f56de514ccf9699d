/** Where labels and the loupe go, so that they stay whole, inside the map, and off the handles. */

import { along, boxAround, clipLine, distance, grown, holds, meets, minus, overlaps } from "./geometry.js";

/** @import { Box, Point } from "./geometry.js" */
/** @typedef {{width: number, height: number}} Size */
/** @typedef {{at: Point, angle: number}} Spot centre of a label, and its turn in degrees */

/** Room that a label keeps to each end of its edge. */
const END_PX = 14;

/** Two pieces of an outline that turn less than this belong to one side. */
const STRAIGHT_DEG = 12;

/** @param {Point} a @param {Point} b */
const angleOf = (a, b) => (Math.atan2(b[1] - a[1], b[0] - a[0]) * 180) / Math.PI;

/**
 * The same direction, with the words the right way up; near-vertical text always reads upwards.
 *
 * @param {number} degrees
 */
export const readable = (degrees) => {
  const turn = ((degrees % 180) + 180) % 180;
  return turn > 80 ? turn - 180 : turn;
};

/** @param {Spot} spot @param {Size} size @returns {Box} */
export function boxOf({ at, angle }, { width, height }) {
  const [cos, sin] = [Math.abs(Math.cos((angle * Math.PI) / 180)), Math.abs(Math.sin((angle * Math.PI) / 180))];
  return boxAround(at, width * cos + height * sin, width * sin + height * cos);
}

/** @param {Spot} spot @param {Size} size @param {Box} room @param {Box[]} taken */
const fits = (spot, size, room, taken) => {
  const box = boxOf(spot, size);
  return holds(room, box) && !taken.some((other) => overlaps(box, other));
};

/** @param {number} value @param {number} least @param {number} most */
const between = (value, least, most) => Math.max(least, Math.min(most, value));

/** The nearest place at which a label is whole. @param {Spot} spot @param {Size} size @param {Box} room @returns {Spot} */
function pushedIn(spot, size, room) {
  const box = boxOf(spot, size);
  const [halfWidth, halfHeight] = [(box.right - box.left) / 2, (box.bottom - box.top) / 2];
  return {
    angle: spot.angle,
    at: [
      between(spot.at[0], room.left + halfWidth, room.right - halfWidth),
      between(spot.at[1], room.top + halfHeight, room.bottom - halfHeight),
    ],
  };
}

/**
 * A place for the size of the region: on its edge, beside an edge that is too short, and
 * pushed into view where neither is on the screen.
 *
 * @param {[Point, Point][]} edges the edge that it belongs to, then the opposite one
 * @param {Size} size
 * @param {Box} room
 * @param {Box[]} taken
 * @returns {Spot}
 */
export function edgeLabel(edges, size, room, taken) {
  const middle = along(along(...edges[0]), along(...edges[1]));
  const on = edges.flatMap(([a, b]) => {
    const seen = clipLine(a, b, room);
    if (!seen || distance(...seen) < size.width + 2 * END_PX) return [];
    return [0.75, 0.25, 0.5].map((t) => ({ at: along(...seen, t), angle: readable(angleOf(a, b)) }));
  });
  const beside = edges.map(([a, b]) => {
    const at = along(a, b);
    const [dx, dy] = minus(at, middle);
    const length = Math.hypot(dx, dy) || 1;
    const away = (Math.abs(dx) * size.width + Math.abs(dy) * size.height) / 2 / length + END_PX;
    return { at: /** @type {Point} */ ([at[0] + (dx / length) * away, at[1] + (dy / length) * away]), angle: 0 };
  });
  const [x, y] = along(...edges[0]);
  const seen = [0.5, 0.3, 0.7].flatMap((t) => {
    const [roomX, roomY] = along([room.left, room.top], [room.right, room.bottom], t);
    return [{ at: /** @type {Point} */ ([roomX, y]), angle: 0 }, { at: /** @type {Point} */ ([x, roomY]), angle: 0 }];
  });
  const spots = [...on, ...beside, ...[...beside, ...seen].map((spot) => pushedIn(spot, size, room))];
  return spots.find((spot) => fits(spot, size, room, taken)) ?? spots[spots.length - 1];
}

/**
 * Straight sides of an outline: `[first point, last point]` of each.
 *
 * @param {Point[]} ring @returns {[Point, Point][]}
 */
export function sides(ring) {
  /** @type {[Point, Point][]} */
  const found = [];
  let direction = NaN;
  ring.forEach((point, i) => {
    const next = ring[(i + 1) % ring.length];
    const turn = angleOf(point, next);
    const bend = Math.abs(((turn - direction + 540) % 360) - 180);
    if (bend < STRAIGHT_DEG) {
      found[found.length - 1][1] = next;
    } else {
      found.push([point, next]);
      direction = turn;
    }
  });
  return found;
}

/**
 * A place just outside of an outline, or inside, along its longest visible side; null where there is none.
 *
 * @param {Point[]} ring clockwise or not @param {Size} size @param {Box} room @param {Box[]} taken
 * @param {Point[]} [other] an outline that the words must not lie on
 * @param {1 | -1} [out] -1 for the inside
 * @returns {Spot | null}
 */
export function outsideLabel(ring, size, room, taken, other = [], out = 1) {
  const area = ring.reduce((sum, [x, y], i) => {
    const [nextX, nextY] = ring[(i + 1) % ring.length];
    return sum + x * nextY - nextX * y;
  }, 0);
  const seen = sides(ring)
    .map(([a, b]) => clipLine(a, b, room))
    .filter((side) => side !== null)
    .filter((side) => distance(...side) > size.width + 2 * END_PX)
    .sort((one, other) => distance(...other) - distance(...one));
  for (const [a, b] of seen) {
    const length = distance(a, b);
    const off = (out * (size.height / 2 + 3) * Math.sign(area)) / length;
    const [dx, dy] = minus(b, a);
    for (const t of [0.5, 0.7, 0.3, 0.85, 0.15]) {
      const [x, y] = along(a, b, t);
      const spot = { at: /** @type {Point} */ ([x + dy * off, y - dx * off]), angle: readable(angleOf(a, b)) };
      if (fits(spot, size, room, taken) && !meets(other, boxOf(spot, size))) return spot;
    }
  }
  return null;
}

/** Corners in the order in which the loupe tries them; the north-west one belongs to the tools. */
export const LOUPE_CORNERS = /** @type {const} */ (["bottom-right", "bottom-left", "top-right"]);

/** @typedef {typeof LOUPE_CORNERS[number]} LoupeCorner */

/** @param {LoupeCorner} corner @param {Size} size @param {Box} room @returns {Box} */
export function cornerBox(corner, { width, height }, room) {
  const left = corner.endsWith("left") ? room.left : room.right - width;
  const top = corner.startsWith("top") ? room.top : room.bottom - height;
  return { left, top, right: left + width, bottom: top + height };
}

/**
 * A corner where the loupe hides no handle: the present one if it still does, or null.
 *
 * @param {Size} size @param {Box} room @param {Box[]} taken @param {LoupeCorner | null} present
 * @returns {LoupeCorner | null}
 */
export function freeCorner(size, room, taken, present) {
  const order = present ? [present, ...LOUPE_CORNERS] : LOUPE_CORNERS;
  return order.find((corner) => {
    const box = cornerBox(corner, size, room);
    return holds(room, box) && !taken.some((other) => overlaps(grown(box, 4), other));
  }) ?? null;
}
