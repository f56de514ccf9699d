/** What this view of the map has been told of its own: finer outlines, the pixels, and one pixel's values. */

import { netOf, levelsMissing, pixelAt, positionAt } from "./lattice.js";
import { newest } from "./newest.js";

/** @import { Look, MapView } from "../views.js" */
/** @import { Box, Point } from "./geometry.js" */
/** @import { Net, Pixel } from "./lattice.js" */
/** @import { LonLat } from "./leaflet.js" */
/** @typedef {{command?: string, id?: string, look?: Look, column?: number, row?: number, lines?: string[]}} News */

/** The values of so many pixels are asked for in a second. */
const INTERVAL_MS = 100;

/** @param {LonLat[]} line */
const middleOf = (line) => {
  const lons = line.map(([lon]) => lon);
  return (Math.min(...lons) + Math.max(...lons)) / 2;
};

/**
 * @param {string} id names this view
 * @param {(name: string, args: Record<string, unknown>) => void} send
 */
export function looking(id, send) {
  /** @type {Look | null} */
  let look = null;
  /** @type {(Pixel & {lines: string[]}) | null} */
  let told = null;
  /** @type {Pixel | null} */
  let asked = null;
  const asks = newest((/** @type {Pixel} */ pixel) => send("pixel", { id, ...pixel }), { intervalMs: INTERVAL_MS });

  return {
    /** Takes in a message; true where it was for this view. @param {News} news */
    hear(news) {
      if (news.id !== id) return false;
      if (news.command === "look" && news.look) look = news.look;
      if (news.command === "pixel" && news.lines) told = /** @type {Pixel & {lines: string[]}} */ (news);
      return true;
    },
    /** The view with what is known of it here, on the world copy that this map shows. @param {MapView} view @returns {MapView} */
    refined(view) {
      if (!look || look.revision !== view.revision || view.footprint.length === 0) return view;
      if (look.footprint.length === 0) return { ...view, source: look.source };
      const turns = 360 * Math.round((middleOf(look.footprint) - middleOf(view.footprint)) / 360);
      const moved = (/** @type {LonLat[]} */ line) =>
        turns === 0 ? line : line.map(([lon, lat]) => /** @type {LonLat} */ ([lon + turns, lat]));
      const { footprint, source } = look;
      return { ...view, footprint, source, drawn: view.drawn.map(moved), parts: view.parts.map(moved), handles: moved(view.handles) };
    },
    /** @param {MapView} view @param {(place: LonLat) => Point} screen @returns {Net | null} */
    net: (view, screen) => (look?.mesh && look.revision === view.revision ? netOf(look.mesh, screen) : null),
    /** @param {Net} net @param {Box} box @param {Point | null} at @returns {{missing: number, pixel: Pixel | null, lines: string[]}} */
    pixel(net, box, at) {
      const missing = levelsMissing(net, box);
      const pixel = missing === 0 && at ? pixelAt(net, at) : null;
      if (pixel && (pixel.column !== asked?.column || pixel.row !== asked?.row)) asks.offer(pixel);
      asked = pixel;
      const known = pixel && told?.column === pixel.column && told.row === pixel.row;
      return { missing, pixel, lines: known && told ? told.lines : [] };
    },
    position: positionAt,
    /** Values are asked for again: what they are of has changed. */
    forget() {
      told = null;
      asked = null;
    },
    stop: asks.stop,
  };
}
