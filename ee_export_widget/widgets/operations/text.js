/** @import { Clock } from "../views.js" */

const TAIL = 26;
const LONGEST_TAIL = 36;

/**
 * Elapsed time as people read it: `0:07`, `12:04`, `1:02:33`.
 * @param {number} ms
 */
export function duration(ms) {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const two = (/** @type {number} */ number) => String(number).padStart(2, "0");
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

/**
 * The two parts of a clock: figures, and the words after them.
 * @param {Clock} clock
 * @param {number} now ms since 1970
 * @returns {[string, string]}
 */
export function clockText({ since_ms, running, text, suffix }, now) {
  return running ? [duration(now - since_ms), suffix] : ["", [text, suffix].filter(Boolean).join(" ")];
}

/**
 * A long name in two parts, of which the second, its last component, is never cut: names differ at their ends.
 * @param {string} name
 * @returns {[string, string]}
 */
export function halves(name) {
  const last = name.slice(name.lastIndexOf("/"));
  const cut = Math.max(0, name.length - (last.length > 1 && last.length <= LONGEST_TAIL ? last.length : TAIL));
  return [name.slice(0, cut), name.slice(cut)];
}

/**
 * An address that may be opened, or nothing: only the web's own schemes.
 * @param {string} text
 */
export const webAddress = (text) => (/^https?:\/\//.test(text) ? text : "");
