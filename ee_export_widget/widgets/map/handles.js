/** The eight handles of the region, the grip that moves all of it, and the labels of its size. */

import { h } from "../dom.js";
import { along, boxAround, distance, grown, ringOf } from "./geometry.js";
import { boxOf, edgeLabel, outsideLabel } from "./labels.js";
import { departs, drawsNow } from "./shapes.js";

/** @import { Child } from "../dom.js" */
/** @import { Box, Point } from "./geometry.js" */
/** @import { Scene } from "./shapes.js" */
/** @import { Handle } from "./dragging.js" */

const NAMES = [
  "North-west corner", "North edge", "North-east corner", "East edge",
  "South-east corner", "South edge", "South-west corner", "West edge",
];

const CURSORS = ["nwse", "ns", "nesw", "ew"];

/** Sides shorter than this have no handle in the middle; it would lie on the corners. */
const SHORT_PX = 56;

/** Regions smaller than this have no grip inside. */
const SMALL_PX = 96;

/** Room that a handle takes. */
const HANDLE_PX = 18;

/** Width of a letter of a label, and the room around the words. */
const LETTER_PX = 6.4;
const PAD_PX = 16;

/** @param {string} text */
const labelSize = (text) => ({ width: Math.round(text.length * LETTER_PX + PAD_PX), height: 18 });

/**
 * Where the handles are, each with the key that stays its own from frame to frame.
 *
 * @param {Scene} scene @returns {{handle: Handle, at: Point, cursor: string}[]}
 */
export function handlePlaces({ view, screen, drawing, ring, drag }) {
  if (view.mode !== "pan" || drawing || ring || view.handles.length !== 8) return [];
  const at = view.handles.map(screen);
  const [wide, high] = [distance(at[0], at[2]), distance(at[0], at[6])];
  // A turned grid has its handles, and so the ways they go, turned with it.
  const turn = Math.round(Math.atan2(at[2][1] - at[0][1], at[2][0] - at[0][0]) / (Math.PI / 4));
  const shown = at.flatMap((place, handle) => {
    const held = drag?.handle === handle;
    const room = handle % 4 === 1 ? wide : high;
    if (handle % 2 === 1 && room < SHORT_PX && !held) return [];
    return [{ handle, at: held ? screen(drag.to) : place, cursor: `${CURSORS[(handle + turn + 4) % 4]}-resize` }];
  });
  if (Math.min(wide, high) < SMALL_PX && drag?.handle !== "whole") return shown;
  return [...shown, { handle: /** @type {Handle} */ ("whole"), at: along(along(at[0], at[4]), along(at[2], at[6])), cursor: "move" }];
}

/**
 * @param {ReturnType<typeof handlePlaces>} places
 * @param {{grab(handle: Handle, event: PointerEvent): void, key(handle: Handle, event: KeyboardEvent): void, rest(): void}} on
 * @returns {Child}
 */
export function handleButtons(places, on) {
  return places.map(({ handle, at: [x, y], cursor }) => {
    const whole = handle === "whole";
    const name = whole ? "Move region" : NAMES[handle];
    const shape = whole ? "eew-map-grip" : handle % 2 === 1 ? "eew-map-handle eew-map-round" : "eew-map-handle";
    return h("button", {
      key: `handle ${handle}`,
      type: "button",
      class: `${shape} eew-map-mark`,
      "aria-label": name,
      "aria-description": whole ? "Arrow keys move it by one pixel, Shift by ten." : "Arrow keys move it by one pixel of the grid, Shift by ten.",
      title: name,
      style: `transform:translate(${x.toFixed(1)}px,${y.toFixed(1)}px);cursor:${cursor}`,
      onpointerdown: (/** @type {PointerEvent} */ event) => on.grab(handle, event),
      onkeydown: (/** @type {KeyboardEvent} */ event) => on.key(handle, event),
      onblur: on.rest,
    }, whole && h("svg", { viewBox: "0 0 16 16", class: "eew-icon", "aria-hidden": "true" }, h("path", {
      d: "M8 3v10M3 8h10M6.5 4.5L8 3l1.5 1.5M6.5 11.5L8 13l1.5-1.5M4.5 6.5L3 8l1.5 1.5M11.5 6.5L13 8l-1.5 1.5",
    })));
  });
}

/** @param {ReturnType<typeof handlePlaces>} places @returns {Box[]} */
export const handleBoxes = (places) => places.map(({ at }) => boxAround(at, HANDLE_PX, HANDLE_PX));

/** @param {string} key @param {string} text @param {string} kind @param {ReturnType<typeof labelSize>} size @param {{at: Point, angle: number}} spot */
const pill = (key, text, kind, size, { at: [x, y], angle }) => h("span", {
  key,
  class: `${kind} eew-map-mark`,
  style: `width:${size.width}px;transform:translate(${x.toFixed(1)}px,${y.toFixed(1)}px) translate(-50%,-50%) rotate(${angle.toFixed(1)}deg)`,
}, text);

/**
 * Sizes on two edges of the region, or what its edges are where its pixels are seen, and the words at the end of the
 * source image.
 *
 * @param {Scene} scene @param {Box} room @param {Box[]} taken @param {boolean} close whether pixels are seen
 * @returns {Child}
 */
export function labels(scene, room, taken, close) {
  const { view, screen } = scene;
  /** @type {Child[]} */
  const shown = [];
  const put = (/** @type {Child} */ label, /** @type {Box} */ box) => {
    shown.push(label);
    taken = [...taken, box];
  };
  if (close) edges(scene, room, () => taken, put);
  else sizes(scene, room, () => taken, put);
  if (view.source.length > 0 && view.source_label) {
    const size = labelSize(view.source_label);
    const spot = outsideLabel(ringOf(view.source).map(screen), size, room, taken, ringOf(view.footprint).map(screen));
    if (spot) put(pill("source", view.source_label, "eew-map-end", size, spot), boxOf(spot, size));
  }
  if (drawsNow(scene)) return shown;
  [...(view.other ? [view.other] : []), ...view.exports].forEach(({ outline, label }, i) => {
    const ring = ringOf(outline).map(screen);
    for (const words of shortened(label)) {
      const size = labelSize(words);
      const spot = outsideLabel(ring, size, room, taken) ?? outsideLabel(ring, size, room, taken, [], -1);
      if (spot) return put(pill(`other ${i}`, words, "eew-map-end", size, spot), boxOf(spot, size));
    }
  });
  return shown;
}

/** A name whole, and then less and less of its end, by which names of one export differ. @param {string} name */
const shortened = (name) =>
  name ? [name, ...[18, 9].filter((length) => name.length > length + 1).map((length) => `…${name.slice(-length)}`)] : [];

/** @typedef {(label: Child, box: Box) => void} Put */

/** @param {Scene} scene @param {Box} room @param {() => Box[]} taken @param {Put} put */
function sizes({ view, screen, drawing, ring }, room, taken, put) {
  if (drawing || ring || view.mode !== "pan" || view.handles.length !== 8) return;
  const [nw, , ne, , se, , sw] = view.handles.map(screen);
  const kind = `eew-map-size${view.tone === "error" ? " eew-map-wrong" : ""}`;
  const width = labelSize(view.width_label);
  const top = edgeLabel([[nw, ne], [sw, se]], width, room, taken());
  const height = labelSize(view.height_label);
  const side = edgeLabel([[nw, sw], [ne, se]], height, room, [...taken(), grown(boxOf(top, width), 2)]);
  put(view.width_label && pill("width", view.width_label, kind, width, top), boxOf(top, width));
  put(view.height_label && pill("height", view.height_label, kind, height, side), boxOf(side, height));
}

/** The edge as exported has its words outside, the edge as drawn inside. @param {Scene} scene @param {Box} room @param {() => Box[]} taken @param {Put} put */
function edges({ view, screen }, room, taken, put) {
  const footprint = ringOf(view.footprint).map(screen);
  const drawn = view.drawn.map((line) => ringOf(line).map(screen)).find((line) => departs(line, footprint));
  const size = labelSize(view.edge_label);
  const edge = outsideLabel(footprint, size, room, taken());
  if (edge) put(pill("export edge", view.edge_label, "eew-map-end eew-map-ours", size, edge), boxOf(edge, size));
  const small = labelSize(view.drawn_label);
  const inner = drawn && outsideLabel(drawn, small, room, taken(), [], -1);
  if (inner) put(pill("drawn edge", view.drawn_label, "eew-map-end", small, inner), boxOf(inner, small));
}
