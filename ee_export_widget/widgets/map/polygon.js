/** What a hand means that draws a polygon corner by corner: plain state, no page. */

import { distance } from "./geometry.js";

/** @import { Point } from "./geometry.js" */
/** @import { LonLat } from "./leaflet.js" */
/** @import { Phase } from "./gestures.js" */

/** A press this near to a corner means that corner. */
const NEAR_PX = 6;

/** A polygon has at least so many corners. */
const LEAST = 3;

/**
 * A press sets a corner; one on the first corner, or a second one on the last, ends the polygon.
 *
 * @param {(phase: Phase, ring: LonLat[]) => void} report the corners, the place of the pointer among them while drawing
 * @param {(place: LonLat) => Point} screen where a place is on the screen now
 */
export function ringCorners(report, screen) {
  /** @type {LonLat[]} */
  let ring = [];
  /** @type {LonLat | null} */
  let pointer = null;
  const near = (/** @type {LonLat} */ a, /** @type {LonLat} */ b) => distance(screen(a), screen(b)) <= NEAR_PX;
  const shown = () => (pointer ? [...ring, pointer] : ring);

  const finish = () => {
    if (ring.length < LEAST) return false;
    const done = ring;
    ring = [];
    pointer = null;
    report("end", done);
    return true;
  };
  return {
    /** The corners so far and the pointer's place, or null. */
    get corners() {
      return ring.length > 0 ? shown() : null;
    },
    /** @param {LonLat} at */
    press(at) {
      const ends = ring.length > 0 && (near(at, ring[0]) || near(at, ring[ring.length - 1]));
      if (ends) return void finish();
      const first = ring.length === 0;
      ring = [...ring, at];
      pointer = null;
      report(first ? "start" : "move", ring);
    },
    /** @param {LonLat} at */
    move(at) {
      if (ring.length === 0) return;
      pointer = at;
      report("move", shown());
    },
    /** A press is enough. */
    release: () => false,
    finish,
    /** Takes the last corner back; false where there is none to spare. */
    back() {
      if (ring.length < 2) return false;
      ring = ring.slice(0, -1);
      report("move", shown());
      return true;
    },
    /** True where there was something to give up. */
    cancel() {
      if (ring.length === 0) return false;
      ring = [];
      pointer = null;
      report("cancel", []);
      return true;
    },
  };
}
