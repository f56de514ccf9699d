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

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/**
 * How long ago something was, at a glance.
 * @param {number} ms
 */
export function age(ms) {
  const days = Math.floor(ms / DAY_MS);
  if (days > 0) return days === 1 ? "yesterday" : `${days} days ago`;
  if (ms >= HOUR_MS) return `${Math.floor(ms / HOUR_MS)} h ago`;
  return ms >= MINUTE_MS ? `${Math.floor(ms / MINUTE_MS)} min ago` : "just now";
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
