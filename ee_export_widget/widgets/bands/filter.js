/** @import { BandsView } from "../views.js" */

/** @type {Record<string, (view: BandsView, index: number, wanted: (text: string) => boolean) => boolean>} */
const BY = {
  type: (view, index, wanted) => wanted(view.types[index]),
  policy: (view, index, wanted) => wanted(view.policy[index]),
  kind: (view, index, wanted) => wanted(view.kinds[index]),
  is: (view, index, wanted) =>
    (view.written[index] && wanted("override")) || (view.suggests[index] !== "" && wanted("differs")),
};

/**
 * Numbers of the bands that a filter keeps. Its words must all match: a part of the name, a name with
 * `*`, or `type:`, `policy:`, `kind:` and `is:` with a value. Capitals do not matter.
 * @param {BandsView} view
 * @param {string} filter
 * @returns {number[]}
 */
export function filterBands(view, filter) {
  const tests = filter.trim().toLowerCase().split(/\s+/).filter(Boolean).map(test);
  /** @type {number[]} */
  const kept = [];
  for (let index = 0; index < view.ids.length; index++) {
    if (tests.every((keeps) => keeps(view, index))) kept.push(index);
  }
  return kept;
}

/**
 * @param {string} word
 * @returns {(view: BandsView, index: number) => boolean}
 */
function test(word) {
  const [, key, value] = /^(\w+):(.+)$/.exec(word) ?? [];
  if (Object.hasOwn(BY, key ?? "")) {
    const wanted = pattern(value);
    return (view, index) => BY[key](view, index, wanted);
  }
  const wanted = word.includes("*") ? pattern(word) : (/** @type {string} */ name) => name.toLowerCase().includes(word);
  return (view, index) => wanted(view.ids[index]);
}

/**
 * @param {string} text in small letters, with `*` for anything
 * @returns {(text: string) => boolean}
 */
function pattern(text) {
  const literal = text.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  const whole = new RegExp(`^${literal.join(".*")}$`, "i");
  return (other) => whole.test(other);
}
