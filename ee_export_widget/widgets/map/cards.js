/** Small panels over the map: the loupe, the drawing tip, the first call, and the line at the foot. */

import { classes, h, icon } from "../dom.js";
import { button } from "../parts.js";
import { boxAround, clipLine, clipRing, distance, extent, grown, holds, overlap, overlaps, path } from "./geometry.js";
import { coordinates, grouped, metresPerPixel, scaleBar } from "./readout.js";
import { drawsNow, ghost } from "./shapes.js";

/** @import { Child } from "../dom.js" */
/** @import { Button, Call, Loupe } from "../views.js" */
/** @import { Box, Point } from "./geometry.js" */
/** @import { LoupeCorner } from "./labels.js" */
/** @import { Pixel } from "./lattice.js" */
/** @import { LonLat } from "./leaflet.js" */
/** @import { Scene } from "./shapes.js" */

/** Maps narrower than this show a loupe without words. */
const NARROW_PX = 420;

/** Maps smaller than this show none. */
const TINY_PX = 320;

/** Room that a card needs beside the pointer. */
const TIP = { width: 216, height: 104 };

/** Where a card on a narrow map covers neither tools nor zoom buttons. */
const BETWEEN_BARS = "left:46px;right:46px";

/** The drawing tip: three lines, room for one to be wrapped on a narrow map, and what a letter takes. */
const TIP_HEIGHT_PX = 60;
const STRIP_HEIGHT_PX = 76;
const LETTER_PX = 6.5;

/** A corner that is to be clicked stays in sight with so much around it. */
const CORNER_PX = 8;

/** The loupe in its own units: 6 pixels of the grid across. */
const CELL = 20;
const SEEN = { left: 0, top: 0, right: 120, bottom: 92 };

/**
 * How large the loupe is on a map of this width; null where there is no room.
 *
 * @param {number} width @param {number} height
 */
export function loupeSize(width, height) {
  if (width < TINY_PX || height < 200) return null;
  return width < NARROW_PX ? { width: 84, height: 65 } : { width: 118, height: 138 };
}

/**
 * Which of the loupes belongs to what is nearest to the pointer; the first where there is none.
 *
 * @param {Loupe[]} loupes @param {(place: LonLat) => Point} screen @param {Point | null} pointer @returns {Loupe | undefined}
 */
export function nearestLoupe(loupes, screen, pointer) {
  if (!pointer) return loupes[0];
  const off = (/** @type {Loupe} */ loupe) => distance(screen(loupe.place), pointer);
  return loupes.reduce((/** @type {Loupe | undefined} */ best, next) => (!best || off(next) < off(best) ? next : best), undefined);
}

/**
 * @param {Loupe} loupe
 * @param {LoupeCorner} place
 * @param {{width: number}} size
 * @param {() => void} press
 * @returns {Child}
 */
export function loupeCard({ caption, name, left, top, exported, drawn }, place, { width }, press) {
  const room = grown(SEEN, CELL);
  const on = (/** @type {[number, number][]} */ places) =>
    places.map(([column, row]) => /** @type {Point} */ ([(left + column) * CELL, (top + row) * CELL]));
  const asked = on(drawn).flatMap((point, i, line) => (i > 0 && clipLine(line[i - 1], point, room)) || []);
  const from = (/** @type {number} */ first, /** @type {number} */ end) =>
    Array.from({ length: Math.ceil((end - (first % 1) * CELL) / CELL) }, (_, i) => Math.round(((first % 1) + i) * CELL));
  const cells = [...from(top, SEEN.bottom).map((y) => `M0 ${y}h120`), ...from(left, SEEN.right).map((x) => `M${x} 0v92`)];
  return h("button", {
    key: "loupe",
    type: "button",
    class: `eew-map-loupe eew-map-card eew-map-${place}`,
    "aria-label": `Loupe: the ${name}. Zoom to it`,
    title: `Zoom to the ${name}`,
    style: `width:${width}px`,
    onclick: press,
  },
  h("svg", { viewBox: "0 0 120 92", "aria-hidden": "true" },
    h("path", { key: "cells", class: "eew-map-cells", d: cells.join("") }),
    h("path", { key: "snap", class: "eew-map-filled eew-map-snapped", d: path(clipRing(on(exported), room)) }),
    h("path", { key: "drawn", class: "eew-map-asked", d: path(asked).replace("Z", "") })),
  width > 100 && [
    h("span", { key: "name", class: "eew-map-caption" }, caption),
    h("span", { key: "k1", class: "eew-map-key eew-map-key-drawn" }, "drawn"),
    h("span", { key: "k2", class: "eew-map-key" }, "exported"),
  ]);
}

/**
 * What one draws, and how to end: for the mouse or, where the crosshair is out, for the keys.
 *
 * @param {Scene} scene @returns {Child}
 */
export function tipCard(scene) {
  const { view, box, pointer, crosshair } = scene;
  const tip = crosshair ? view.tip_by_keys : view.tip;
  const at = crosshair ?? pointer;
  if (tip.length === 0 || view.mode === "pan" || !at) return null;
  const [first, ...rest] = tip;
  const narrow = box.right < NARROW_PX;
  const place = tipPlace(box, at, [...ghost(scene), at], narrow, Math.max(...tip.map(({ length }) => length)));
  return h("p", { key: "tip", class: classes("eew-map-tip eew-map-card", narrow && "eew-map-wrapped", view.tone === "error" && "eew-map-wrong"), style: place },
    h("b", null, view.tone === "error" && icon("fail"), first),
    rest.map((line, i) => h("span", { key: String(i), class: i === rest.length - 1 ? "eew-map-muted" : "" }, line)));
}

/**
 * Where the tip hides least of what is drawn: beside the pointer, on a narrow map along its top or foot.
 *
 * @param {Box} box @param {Point} at @param {Point[]} drawn @param {boolean} narrow @param {number} letters
 */
function tipPlace(box, at, drawn, narrow, letters) {
  const shape = grown(extent(drawn), CORNER_PX);
  const width = letters * LETTER_PX + 18;
  const [left, above] = [at[0] - width - 16, at[1] - TIP_HEIGHT_PX - 14];
  const beside = [[at[0] + 16, at[1] + 14], [left, at[1] + 14], [at[0] + 16, above], [left, above]].map(([x, y]) => ({
    room: { left: x, top: y, right: x + width, bottom: y + TIP_HEIGHT_PX }, style: `left:${x}px;top:${y}px`,
  }));
  const strips = [
    { room: { left: 46, top: box.bottom - STRIP_HEIGHT_PX - 6, right: box.right - 6, bottom: box.bottom }, style: "left:46px;right:6px;bottom:6px" },
    { room: { left: 46, top: 0, right: box.right - 46, bottom: STRIP_HEIGHT_PX + 8 }, style: `${BETWEEN_BARS};top:8px` },
  ];
  const fit = narrow ? [] : beside.filter(({ room }) => holds(box, room));
  const first = boxAround(drawn[0], 2 * CORNER_PX, 2 * CORNER_PX);
  const hides = (/** @type {{room: Box}} */ { room }) => overlap(room, shape) + (overlaps(room, first) ? box.right * box.bottom : 0);
  return [...fit, ...strips].reduce((best, next) => (hides(next) < hides(best) ? next : best)).style;
}

/**
 * What there is to say of the pixel under the pointer.
 *
 * @param {Scene} scene @param {Pixel} pixel @param {string[]} lines @param {Point} at @returns {Child}
 */
export function pixelCard({ box }, { column, row }, lines, at) {
  const narrow = box.right < NARROW_PX;
  const [left, up] = [at[0] + TIP.width > box.right, at[1] + TIP.height > box.bottom - 28];
  const x = narrow ? BETWEEN_BARS : left ? `right:${box.right - at[0] + 18}px` : `left:${at[0] + 18}px`;
  const y = narrow
    ? at[1] > box.bottom / 2 ? "top:8px" : "bottom:52px"
    : up ? `bottom:${box.bottom - at[1] + 16}px` : `top:${at[1] + 16}px`;
  return h("p", { key: "pixel", class: classes("eew-map-tip eew-map-card eew-map-values", narrow && "eew-map-wide"), role: "status", style: `${x};${y}` },
    h("span", { key: "at" }, h("b", null, `pixel ${grouped(column)}, ${grouped(row)}`), " of the export"),
    lines.map((line, i) => h("span", { key: String(i), class: i > 0 ? "eew-map-muted" : "" }, line)));
}

/**
 * What to begin with; on a small map below the zoom buttons, without the sentence.
 *
 * @param {Call} call @param {(view: Button) => void} press @param {boolean} small @returns {Child}
 */
export const callCard = (call, press, small) =>
  h("div", { key: "call", class: classes("eew-map-call eew-map-card", small && "eew-map-small") },
    h("p", null, h("b", null, call.strong)),
    !small && h("p", { class: "eew-map-muted" }, call.text),
    h("div", { class: "eew-map-buttons" }, call.buttons.map((view) => button(view, press, { class: "eew-small" }))));

/** Whether a map of this width is too small for sentences. @param {number} width */
export const isTiny = (width) => width < TINY_PX;

/** Whether the words about the ground stand beside the scale bar, or in a line of their own. @param {number} width */
export const groundInLine = (width) => width >= 500;

/**
 * Scale bar, the coordinates under the pointer, and what is to be said about the ground.
 *
 * @param {Scene} scene @param {{position: Pixel | null, hint: string}} pixels @returns {Child}
 */
export function foot(scene, { position, hint }) {
  const { view, box, place, pointer, crosshair } = scene;
  const [west, east] = [place([0, box.bottom / 2]), place([box.right, box.bottom / 2])];
  const scale = scaleBar(metresPerPixel((east[0] - west[0]) / Math.max(1, box.right), west[1]));
  const at = crosshair ?? pointer;
  const inLine = groundInLine(box.right);
  // They make room for whoever draws, and for the first call where there is little.
  const about = view.mode === "pan" && (inLine || !view.call) ? view.ground : "";
  const column = position ? ` · column ${grouped(Math.floor(position.column))}, row ${grouped(Math.floor(position.row))}` : "";
  return [
    hint && h("p", { key: "hint", class: "eew-map-hint", role: "status" }, h("span", { class: "eew-map-words" }, hint)),
    about && !inLine && h("p", { key: "ground", class: "eew-map-ground" }, h("span", { class: "eew-map-words" }, about)),
    h("p", { key: "foot", class: "eew-map-foot" },
      (box.right >= NARROW_PX || !drawsNow(scene)) && h("span", { key: "scale", class: "eew-map-scale", style: `width:${scale.px.toFixed(1)}px` }, scale.label),
      inLine && about && h("span", { key: "ground", class: "eew-map-words" }, about),
      at && box.right >= NARROW_PX && h("span", { key: "at", class: "eew-map-words eew-map-at" }, coordinates(place(at)) + column)),
  ];
}
