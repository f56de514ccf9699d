/** The pixels of the export in one view: their lines, and which of them is at a point. Numbers are screen pixels. */

import { h } from "../dom.js";
import { along, clipLine, distance, grown, minus, path } from "./geometry.js";

/** @import { Child } from "../dom.js" */
/** @import { Mesh } from "../views.js" */
/** @import { Box, Point } from "./geometry.js" */
/** @import { LonLat } from "./leaflet.js" */
/** @typedef {{column: number, row: number}} Pixel */
/**
 * A mesh on the screen.
 *
 * @typedef {object} Net
 * @property {Mesh} mesh
 * @property {Point[][]} knots
 */

/** Lines nearer to each other than this are no help, and neither are more than so many. */
const APART_PX = 6;
const MOST_LINES = 150;

/** A place is found when it is this near. */
const NEAR_PX = 0.5;
const STEPS = 24;

/** @param {Mesh} mesh @param {(place: LonLat) => Point} screen @returns {Net} */
export const netOf = (mesh, screen) => ({ mesh, knots: mesh.places.map((row) => row.map(screen)) });

/** Cells of a net across and down. @param {Net} net @returns {[number, number]} */
const cells = ({ knots }) => [knots[0].length - 1, knots.length - 1];

/** @param {number} value @param {number} most */
const cell = (value, most) => Math.max(0, Math.min(most - 1, Math.floor(value)));

/** Where a column and a row, whole or not, are on the screen. @param {Net} net @param {number} column @param {number} row @returns {Point} */
export function pointOf(net, column, row) {
  const [across, down] = cells(net);
  const u = ((column - net.mesh.column) / net.mesh.columns) * across;
  const v = ((row - net.mesh.row) / net.mesh.rows) * down;
  const [i, j] = [cell(u, across), cell(v, down)];
  const [above, below] = [net.knots[j], net.knots[j + 1]];
  return along(along(above[i], above[i + 1], u - i), along(below[i], below[i + 1], u - i), v - j);
}

/**
 * The column and row, with fractions, that lie at a point; null beyond the net.
 *
 * @param {Net} net @param {Point} point @returns {Pixel | null}
 */
export function positionAt(net, point) {
  const { mesh } = net;
  const [across, down] = cells(net);
  let [column, row] = [mesh.column + mesh.columns / 2, mesh.row + mesh.rows / 2];
  const [stepX, stepY] = [mesh.columns / across, mesh.rows / down];
  for (let step = 0; step < STEPS; step += 1) {
    const here = pointOf(net, column, row);
    const off = minus(point, here);
    if (Math.hypot(...off) < NEAR_PX / 100) break;
    const x = minus(pointOf(net, column + stepX / 2, row), here);
    const y = minus(pointOf(net, column, row + stepY / 2), here);
    const area = x[0] * y[1] - x[1] * y[0];
    if (area === 0) return null;
    const [s, t] = [(off[0] * y[1] - off[1] * y[0]) / area, (x[0] * off[1] - x[1] * off[0]) / area];
    column = Math.max(mesh.column - stepX, Math.min(mesh.column + mesh.columns + stepX, column + (s * stepX) / 2));
    row = Math.max(mesh.row - stepY, Math.min(mesh.row + mesh.rows + stepY, row + (t * stepY) / 2));
  }
  const inside = column >= mesh.column && column < mesh.column + mesh.columns && row >= mesh.row && row < mesh.row + mesh.rows;
  return inside && distance(pointOf(net, column, row), point) < NEAR_PX ? { column, row } : null;
}

/** The pixel at a point, or null. @param {Net} net @param {Point} point @returns {Pixel | null} */
export function pixelAt(net, point) {
  const found = positionAt(net, point);
  return found && { column: Math.floor(found.column), row: Math.floor(found.row) };
}

/** How large a pixel is in the middle of the net. @param {Net} net @returns {[number, number]} */
export function pixelSize(net) {
  const { column, row, columns, rows } = net.mesh;
  const [x, y] = [column + columns / 2, row + rows / 2];
  const middle = pointOf(net, x, y);
  return [distance(middle, pointOf(net, x + 1, y)), distance(middle, pointOf(net, x, y + 1))];
}

/**
 * How many zoom levels are missing until pixels can be seen; 0 where they can.
 *
 * @param {Net} net @param {Box} box the map on the screen
 */
export function levelsMissing(net, box) {
  const [width, height] = pixelSize(net);
  const times = Math.max(
    APART_PX / Math.min(width, height),
    (box.right - box.left) / width / MOST_LINES,
    (box.bottom - box.top) / height / MOST_LINES,
  );
  return Math.max(0, Math.ceil(Math.log2(times)));
}

/** @param {Net} net @param {Pixel} pixel @returns {Point[]} */
const corners = (net, { column, row }) =>
  [[0, 0], [1, 0], [1, 1], [0, 1]].map(([x, y]) => pointOf(net, column + x, row + y));

/**
 * All lines between pixels that are on the screen, as the path of an SVG.
 *
 * @param {Net} net @param {Box} box
 */
export function lines(net, box) {
  const { column, row, columns, rows } = net.mesh;
  const [across, down] = cells(net);
  const room = grown(box, 8);
  /** @type {string[]} */
  const parts = [];
  const draw = (/** @type {Point[]} */ points) => {
    for (let i = 1; i < points.length; i += 1) {
      const seen = clipLine(points[i - 1], points[i], room);
      if (seen) parts.push(path(seen).replace("Z", ""));
    }
  };
  for (let x = column; x <= column + columns; x += 1) {
    draw(Array.from({ length: down + 1 }, (_, j) => pointOf(net, x, row + (j / down) * rows)));
  }
  for (let y = row; y <= row + rows; y += 1) {
    draw(Array.from({ length: across + 1 }, (_, i) => pointOf(net, column + (i / across) * columns, y)));
  }
  return parts.join("");
}

/**
 * Veil, lines, and the pixel that is looked at.
 *
 * @param {Net} net @param {Box} box @param {Point[]} footprint @param {Pixel | null} pixel @returns {Child}
 */
export function latticeShapes(net, box, footprint, pixel) {
  const wide = grown(box, 8);
  const frame = /** @type {Point[]} */ ([[wide.left, wide.top], [wide.right, wide.top], [wide.right, wide.bottom], [wide.left, wide.bottom]]);
  return h("svg", { key: "lattice", class: "eew-map-shapes", "aria-hidden": "true", focusable: "false" },
    h("path", { key: "veil", class: "eew-map-veil", d: path(frame) + path(footprint) }),
    h("path", { key: "lines", class: "eew-map-lines", d: lines(net, box) }),
    pixel && h("path", { key: "under", class: "eew-map-pixel-casing", d: path(corners(net, pixel)) }),
    pixel && h("path", { key: "pixel", class: "eew-map-pixel", d: path(corners(net, pixel)) }));
}
