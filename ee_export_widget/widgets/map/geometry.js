/**
 * Plane geometry of the overlay, in screen pixels: x to the right, y down, the map's corner at 0, 0.
 * A ring is a list of points without a repeated last one.
 */

/** @typedef {[number, number]} Point */
/** @typedef {{left: number, top: number, right: number, bottom: number}} Box */

/** Handles that move with an edge when it is dragged, by position in `MapView.handles`. */
const WEST = [0, 6, 7];
const EAST = [2, 3, 4];
const NORTH = [0, 1, 2];
const SOUTH = [4, 5, 6];

/** @param {Point} a @param {Point} b @returns {Point} */
export const minus = (a, b) => [a[0] - b[0], a[1] - b[1]];

/** @param {Point} a @param {Point} b @param {number} [t] @returns {Point} */
export const along = (a, b, t = 0.5) => [a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t];

/** @param {Point} a @param {Point} b */
export const distance = (a, b) => Math.hypot(a[0] - b[0], a[1] - b[1]);

/** @param {Point} a @param {Point} b */
const cross = (a, b) => a[0] * b[1] - a[1] * b[0];

/**
 * Shares `s` and `t` with `p = s u + t v`; zero where `u` and `v` lie on one line.
 *
 * @param {Point} p @param {Point} u @param {Point} v @returns {Point}
 */
function shares(p, u, v) {
  const area = cross(u, v);
  return area === 0 ? [0, 0] : [cross(p, v) / area, cross(u, p) / area];
}

/** @param {Point} at @param {Point} u @param {number} s @param {Point} v @param {number} t @returns {Point} */
const walk = (at, u, s, v, t) => [at[0] + u[0] * s + v[0] * t, at[1] + u[1] * s + v[1] * t];

/**
 * The quadrilateral that has `a` and `b` as opposite corners and its sides along `u` and `v`.
 *
 * @param {Point} a @param {Point} b @param {Point} [u] @param {Point} [v] @returns {Point[]}
 */
export function spanned(a, b, u = [1, 0], v = [0, 1]) {
  const [s, t] = shares(minus(b, a), u, v);
  return [a, walk(a, u, s, v, 0), b, walk(a, u, 0, v, t)];
}

/**
 * What becomes of the region when a handle is dragged: its corners, from the north-west one clockwise.
 *
 * @param {Point[]} handles the eight handles before the drag
 * @param {number} which the one that is dragged
 * @param {Point} to where it is now
 * @returns {Point[]}
 */
export function stretched(handles, which, to) {
  const [origin, , east, , , , south] = handles;
  const u = minus(east, origin);
  const v = minus(south, origin);
  const [s, t] = shares(minus(to, origin), u, v);
  const west = WEST.includes(which) ? s : 0;
  const north = NORTH.includes(which) ? t : 0;
  const right = EAST.includes(which) ? s : 1;
  const bottom = SOUTH.includes(which) ? t : 1;
  return [
    walk(origin, u, west, v, north),
    walk(origin, u, right, v, north),
    walk(origin, u, right, v, bottom),
    walk(origin, u, west, v, bottom),
  ];
}

/** @param {Point[]} points @param {Point} by @returns {Point[]} */
export const shifted = (points, by) => points.map(([x, y]) => [x + by[0], y + by[1]]);

/** @param {Box} box @param {number} x @param {number} [y] @returns {Box} */
export const grown = (box, x, y = x) => ({
  left: box.left - x, top: box.top - y, right: box.right + x, bottom: box.bottom + y,
});

/** How much of two boxes is common to both, in square pixels. @param {Box} a @param {Box} b */
export const overlap = (a, b) =>
  Math.max(0, Math.min(a.right, b.right) - Math.max(a.left, b.left)) *
  Math.max(0, Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top));

/** The smallest box around points. @param {Point[]} points @returns {Box} */
export const extent = (points) => {
  const [xs, ys] = [points.map(([x]) => x), points.map(([, y]) => y)];
  return { left: Math.min(...xs), top: Math.min(...ys), right: Math.max(...xs), bottom: Math.max(...ys) };
};

/** @param {Box} a @param {Box} b */
export const overlaps = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;

/** @param {Box} outer @param {Box} inner */
export const holds = (outer, inner) =>
  inner.left >= outer.left && inner.top >= outer.top && inner.right <= outer.right && inner.bottom <= outer.bottom;

/** @param {Point} centre @param {number} width @param {number} height @returns {Box} */
export const boxAround = ([x, y], width, height) => ({
  left: x - width / 2, top: y - height / 2, right: x + width / 2, bottom: y + height / 2,
});

/**
 * The part of a ring inside a box. A dashed outline that runs for millions of pixels beyond the
 * screen, as a continent's does at street level, would stall the browser.
 *
 * @param {Point[]} ring @param {Box} box @returns {Point[]}
 */
export function clipRing(ring, box) {
  /** @type {[0 | 1, number, 1 | -1][]} axis, limit, side that is kept */
  const limits = [[0, box.left, 1], [0, box.right, -1], [1, box.top, 1], [1, box.bottom, -1]];
  let points = ring;
  for (const [axis, limit, side] of limits) {
    /** @type {Point[]} */
    const kept = [];
    points.forEach((point, i) => {
      const before = points[(i + points.length - 1) % points.length];
      const inside = (point[axis] - limit) * side >= 0;
      if (inside !== (before[axis] - limit) * side >= 0) {
        kept.push(along(before, point, (limit - before[axis]) / (point[axis] - before[axis])));
      }
      if (inside) kept.push(point);
    });
    points = kept;
  }
  return points;
}

/**
 * The part of a line from `a` to `b` inside a box, or null.
 *
 * @param {Point} a @param {Point} b @param {Box} box @returns {[Point, Point] | null}
 */
export function clipLine(a, b, box) {
  const [dx, dy] = minus(b, a);
  let [from, to] = [0, 1];
  for (const [step, room] of [[-dx, a[0] - box.left], [dx, box.right - a[0]], [-dy, a[1] - box.top], [dy, box.bottom - a[1]]]) {
    if (step === 0 && room < 0) return null;
    if (step < 0) from = Math.max(from, room / step);
    if (step > 0) to = Math.min(to, room / step);
  }
  return from < to ? [along(a, b, from), along(a, b, to)] : null;
}

/** Whether an area and a box have something in common. @param {Point[]} ring @param {Box} box */
export const meets = (ring, box) => clipRing(ring, box).length > 0;

/**
 * SVG path of a ring, to a tenth of a pixel.
 *
 * @param {Point[]} ring
 */
export const path = (ring) =>
  ring.length === 0 ? "" : `M${ring.map(([x, y]) => `${Math.round(x * 10) / 10} ${Math.round(y * 10) / 10}`).join("L")}Z`;

/**
 * A closed list of points without its repeated last one.
 *
 * @template T
 * @param {T[]} closed
 */
export const ringOf = (closed) => closed.slice(0, -1);
