/** Outlines on the map: what will be exported, what was drawn, where the source ends, the graticule. */

import { h } from "../dom.js";
import { along, boxAround, clipLine, clipRing, distance, grown, minus, path, ringOf, shifted, spanned, stretched } from "./geometry.js";
import { sides } from "./labels.js";
import { graticule, latitude, longitude } from "./readout.js";

/** @import { Child } from "../dom.js" */
/** @import { MapView } from "../views.js" */
/** @import { Box, Point } from "./geometry.js" */
/** @import { LonLat } from "./leaflet.js" */
/**
 * What is under the hand.
 *
 * @typedef {{handle: number | "whole", handles: LonLat[], from: LonLat, to: LonLat}} Drag
 */
/**
 * Everything a frame is drawn from.
 *
 * @typedef {object} Scene
 * @property {MapView} view
 * @property {Box} box the map on the screen
 * @property {(place: LonLat) => Point} screen
 * @property {(point: Point) => LonLat} place
 * @property {{a: LonLat, b: LonLat} | null} drawing
 * @property {LonLat[] | null} [ring] corners of the polygon that is drawn
 * @property {Drag | null} drag
 * @property {Point | null} pointer
 * @property {Point | null} crosshair
 */

/** Lines nearer to each other than this would look like one dirty line. */
const APART_PX = 2.5;

/** A side longer than this shows which way it runs. */
const CLEAR_PX = 16;

/** Room of the bars at the map's edges, and of a number of degrees: neither should cover the other. */
const BAR_PX = 40;
const DEGREES_PX = 48;

/**
 * The rectangle that follows the hand at once, while the kernel still computes the real one: its
 * sides lie along those of the grid as last seen.
 *
 * @param {Scene} scene @returns {Point[]}
 */
export function ghost({ view, screen, drawing, ring, drag }) {
  if (ring) return bent(ring).map(screen);
  if (drawing) {
    const [along, down] = sides(ringOf(view.footprint).map(screen));
    const axes = along && down && Math.min(distance(...along), distance(...down)) > CLEAR_PX;
    const turned = axes ? [minus(along[1], along[0]), minus(down[1], down[0])] : [];
    return spanned(screen(drawing.a), screen(drawing.b), ...turned);
  }
  if (!drag) return [];
  const handles = drag.handles.map(screen);
  if (drag.handle !== "whole") return stretched(handles, drag.handle, screen(drag.to));
  return shifted([handles[0], handles[2], handles[4], handles[6]], minus(screen(drag.to), screen(drag.from)));
}

/** Whether something is being drawn. @param {Scene} scene */
export const drawsNow = ({ drawing, ring }) => Boolean(drawing || ring);

/** Edges of a polygon are straight in longitude and latitude, which on the map a long diagonal is not. */
const STRAIGHT_DEG = 0.1;
const MOST_PIECES = 64;

/** @param {LonLat[]} ring @returns {LonLat[]} */
export function bent(ring) {
  return ring.flatMap((a, i) => {
    const b = ring[(i + 1) % ring.length];
    const reach = Math.min(Math.abs(b[0] - a[0]), Math.abs(b[1] - a[1]));
    const pieces = Math.max(1, Math.min(MOST_PIECES, Math.ceil(reach / STRAIGHT_DEG)));
    return Array.from({ length: pieces }, (_, piece) => along(a, b, piece / pieces));
  });
}

/** Whether an outline leaves another one somewhere. @param {Point[]} ring @param {Point[]} other */
export function departs(ring, other) {
  return ring.some((point) => {
    const near = boxAround(point, 2 * APART_PX, 2 * APART_PX);
    return !other.some((a, i) => clipLine(a, other[(i + 1) % other.length], near));
  });
}

/**
 * Outlines of one frame. They reach beyond the screen, so that nothing ends in view during a zoom.
 *
 * @param {Scene} scene
 * @param {(event: PointerEvent) => void} grab the outline is taken to move the whole region
 * @returns {Child}
 */
export function outlines(scene, grab) {
  const { view, box, screen, drag } = scene;
  const drawing = drawsNow(scene);
  const wide = grown(box, box.right, box.bottom);
  const [footprint, source] = [view.footprint, view.source].map((line) => ringOf(line).map(screen));
  const drawn = drawing || drag ? [] : view.drawn.map((line) => ringOf(line).map(screen)).filter((ring) => departs(ring, footprint));
  const shape = (/** @type {Point[]} */ ring) => path(clipRing(ring, wide));
  const corners = [[wide.left, wide.top], [wide.right, wide.top], [wide.right, wide.bottom], [wide.left, wide.bottom]];
  const following = ghost(scene);
  const tone = view.tone === "error" ? " eew-map-wrong" : "";
  const whole = shape(footprint);
  const others = !drawing && !drag && view.exports.map(({ outline }) => shape(ringOf(outline).map(screen))).join("");
  return h(
    "svg",
    { class: "eew-map-shapes", "aria-hidden": "true", focusable: "false" },
    source.length > 0 && [
      h("path", { key: "out", class: "eew-map-outside", d: path(/** @type {Point[]} */ (corners)) + shape(source) }),
      h("path", { key: "end casing", class: "eew-map-casing eew-map-thin", d: shape(source) }),
      h("path", { key: "end", class: "eew-map-source", d: shape(source) }),
    ],
    !drawing && whole && [
      h("path", { key: "casing", class: "eew-map-casing", d: whole }),
      h("path", { key: "print", class: `eew-map-footprint${tone}`, d: whole }),
      view.mode === "pan" && view.handles.length > 0
        && h("path", { key: "edge", class: "eew-map-edge", d: whole, onpointerdown: grab }),
    ],
    !drawing && !drag && view.parts.length > 0
      && h("path", { key: "parts", class: "eew-map-parts", d: view.parts.map((line) => shape(ringOf(line).map(screen))).join("") }),
    !drawing && view.other && [
      h("path", { key: "other casing", class: "eew-map-casing", d: shape(ringOf(view.other.outline).map(screen)) }),
      h("path", { key: "other", class: "eew-map-other", d: shape(ringOf(view.other.outline).map(screen)) }),
    ],
    others && [
      h("path", { key: "exports casing", class: "eew-map-casing", d: others }),
      h("path", { key: "exports", class: "eew-map-exports", d: others }),
    ],
    drawn.length > 0 && [
      h("path", { key: "drawn casing", class: "eew-map-casing eew-map-thin", d: drawn.map(shape).join("") }),
      h("path", { key: "drawn", class: "eew-map-drawn", d: drawn.map(shape).join("") }),
    ],
    drawing && h("path", { key: "casing", class: "eew-map-casing", d: shape(following) }),
    following.length > 0
      && h("path", { key: "ghost", class: drawing ? `eew-map-ghost${tone}` : "eew-map-drawn", d: shape(following) }),
  );
}

/**
 * Lines of longitude and latitude under everything else, for a map without a ground.
 *
 * @param {Scene} scene @returns {Child}
 */
export function ground({ view, box, screen, place }) {
  if (!view.graticule || box.right === 0) return null;
  const [[west, north], [east, south]] = [place([0, 0]), place([box.right, box.bottom])];
  const lines = graticule({ west, south, east, north }, box.right);
  const wide = grown(box, box.right, box.bottom);
  const across = lines.lons.map((lon) => ({ lon, x: Math.round(screen([lon, north])[0]) + 0.5 }));
  const down = lines.lats.map((lat) => ({ lat, y: Math.round(screen([west, lat])[1]) + 0.5 }));
  const named = across.filter(({ x }) => x > BAR_PX && x < box.right - BAR_PX - DEGREES_PX);
  const read = down.filter(({ y }) => y > BAR_PX * 2 && y < box.bottom - BAR_PX);
  const d = [
    ...across.map(({ x }) => `M${x} ${wide.top}V${wide.bottom}`),
    ...down.map(({ y }) => `M${wide.left} ${y}H${wide.right}`),
  ].join("");
  return [
    h("svg", { class: "eew-map-shapes", "aria-hidden": "true", focusable: "false" }, h("path", { class: "eew-map-graticule", d })),
    named.map(({ lon, x }) =>
      h("span", { key: `x${lon}`, class: "eew-map-degree eew-map-mark", style: `transform:translate(${x + 4}px,3px)` },
        longitude(lon, lines.digits))),
    read.map(({ lat, y }) =>
      h("span", { key: `y${lat}`, class: "eew-map-degree eew-map-mark", style: `transform:translate(${box.right - 4}px,${y - 2}px) translate(-100%,-100%)` },
        latitude(lat, lines.digits))),
  ];
}
