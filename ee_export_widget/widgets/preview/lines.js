/** @import { Line } from "../views.js" */

/**
 * The text of a line as it stands in the request.
 * @param {Line} line
 */
export const lineText = ({ depth, pieces }) => "  ".repeat(depth) + pieces.map(([, text]) => text).join("");

/**
 * Names for the lines that stay the same while their values change: the path, and which of its lines it is.
 * @param {Line[]} lines
 */
export function lineKeys(lines) {
  /** @type {Map<string, number>} */
  const seen = new Map();
  return lines.map(({ path, depth }) => {
    const name = path || `(${depth})`;
    const number = seen.get(name) ?? 0;
    seen.set(name, number + 1);
    return `${name} ${number}`;
  });
}

/**
 * Keys of the lines that are new or read differently than before.
 * @param {Line[]} before
 * @param {Line[]} after
 * @returns {string[]}
 */
export function changedLines(before, after) {
  const keys = lineKeys(before);
  const old = new Map(before.map((line, index) => [keys[index], lineText(line)]));
  const now = lineKeys(after);
  return now.filter((key, index) => after[index].path !== "" && old.get(key) !== lineText(after[index]));
}

/**
 * The lines that show what stands at some paths; where there is none, those of what is around it, as a
 * short object stands on one line. Of a path and what is around it, both given, only the path itself is meant: a field
 * takes what is said of the whole part as well, and does not hold all of it.
 * @param {Line[]} lines
 * @param {string[]} paths
 * @returns {Set<Line>}
 */
export function linesOf(lines, paths) {
  const at = (/** @type {string} */ path) =>
    lines.filter((line) => line.path === path || line.path.startsWith(`${path}.`));
  const around = (/** @type {string} */ path) =>
    lines.filter((line) => line.path && path.startsWith(`${line.path}.`)).slice(-1);
  const own = paths.filter((path) => !paths.some((other) => other.startsWith(`${path}.`)));
  const found = own.flatMap(at);
  return new Set(found.length > 0 ? found : own.flatMap(around));
}
