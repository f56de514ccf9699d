/** What a hand means by presses, moves and releases: plain state, no page. */

import { distance } from "./geometry.js";

/** @import { Point } from "./geometry.js" */
/** @import { LonLat } from "./leaflet.js" */
/** @typedef {"start" | "move" | "end" | "cancel"} Phase */

/** A hand that moves less than this between press and release has clicked. */
const STILL_PX = 4;

/**
 * A rectangle by two clicks, or by press, drag and release.
 *
 * @param {(phase: Phase, a: LonLat, b: LonLat) => void} report
 * @param {(place: LonLat) => Point} screen where a place is on the screen now
 */
export function twoCorners(report, screen) {
  /** @type {{a: LonLat, b: LonLat, held: boolean} | null} */
  let drawn = null;
  return {
    /** The two corners so far. */
    get corners() {
      return drawn && { a: drawn.a, b: drawn.b };
    },
    /** @param {LonLat} at */
    press(at) {
      if (drawn) {
        drawn.held = true;
      } else {
        drawn = { a: at, b: at, held: true };
        report("start", at, at);
      }
    },
    /** @param {LonLat} at */
    move(at) {
      if (!drawn) return;
      drawn.b = at;
      report("move", drawn.a, at);
    },
    /** Ends the rectangle, unless the two corners are one click. @param {LonLat} at */
    release(at) {
      if (!drawn?.held) return false;
      drawn.held = false;
      if (distance(screen(drawn.a), screen(at)) < STILL_PX) return false;
      const { a } = drawn;
      drawn = null;
      report("end", a, at);
      return true;
    },
    /** True where there was something to give up. */
    cancel() {
      if (!drawn) return false;
      const { a, b } = drawn;
      drawn = null;
      report("cancel", a, b);
      return true;
    },
  };
}

/** @typedef {{handle: number | "whole", columns: number, rows: number}} Nudge pixels of the grid, to the right and down */

/** @type {Record<string, [number, number]>} */
export const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/**
 * By how many pixels of the grid a key moves a handle; null for other keys. A handle in the middle of
 * an edge moves across that edge only.
 *
 * @param {number | "whole"} handle @param {string} key @param {boolean} far
 * @returns {Nudge | null}
 */
export function nudgeOf(handle, key, far) {
  const arrow = ARROWS[key];
  if (!arrow) return null;
  const step = far ? 10 : 1;
  const [columns, rows] = arrow;
  const edge = typeof handle === "number" && handle % 2 === 1;
  const upright = edge && handle % 4 === 1;
  return {
    handle,
    columns: edge && upright ? 0 : columns * step,
    rows: edge && !upright ? 0 : rows * step,
  };
}

/**
 * Two nudges of one handle as one: keys repeat faster than messages should.
 *
 * @param {Nudge} older @param {Nudge} newer @returns {Nudge}
 */
export const addedUp = (older, newer) =>
  older.handle === newer.handle
    ? { handle: newer.handle, columns: older.columns + newer.columns, rows: older.rows + newer.rows }
    : newer;
