/** How the preview of the image is coloured: its bands, and the values that they are stretched over. */

import { classes, h, icon } from "../dom.js";
import { button } from "../parts.js";

/** @import { Child } from "../dom.js" */
/** @import { Colouring, Picture } from "../views.js" */
/**
 * @typedef {object} Memory
 * @property {boolean} unfolded
 * @property {string} seen the last picture, to know when the kernel has answered
 * @property {Map<string, {text: string, sent: boolean}>} typed what has been typed and not yet been taken in
 * @property {Map<number, {bands: string[], key: string, list: Child}>} lists of bands, described once: drawing goes
 *   on at every move of the pointer, and there may be thousands
 */
/**
 * @typedef {object} PictureHand
 * @property {() => void} fold
 * @property {(colour: boolean) => void} colour
 * @property {(at: number, name: "band" | "low" | "high", value: string) => void} change
 * @property {(name: string) => void} press
 */

/** @returns {Memory} */
export const memory = () => ({ unfolded: false, seen: "", typed: new Map(), lists: new Map() });

/**
 * @param {Picture} picture
 * @param {string[]} bands
 * @param {Memory} kept
 * @param {string} id of the view, for names that radio buttons share
 * @param {PictureHand} on
 * @returns {Child}
 */
export function pictureFields(picture, bands, kept, id, on) {
  const seen = JSON.stringify(picture);
  if (seen !== kept.seen) for (const [key, { sent }] of kept.typed) if (sent) kept.typed.delete(key);
  kept.seen = seen;
  const wrong = picture.channels.find(({ message }) => message);
  return [
    h("button", { key: "fold", type: "button", class: "eew-map-fold", "aria-expanded": String(kept.unfolded), onclick: on.fold },
      icon("chev", "eew-icon-small eew-chevron"), "Bands and stretch"),
    kept.unfolded && h("div", { key: "picture", class: "eew-map-picture", role: "group", "aria-label": "Bands and stretch", onkeydown: ownKeys },
      h("div", { key: "kind", class: "eew-map-kind", role: "radiogroup", "aria-label": "Bands" },
        [true, false].map((colour) => h("label", { key: String(colour) },
          h("input", { type: "radio", name: `${id}-colour`, checked: picture.colour === colour, onchange: () => on.colour(colour) }),
          colour ? "Three bands" : "One band"))),
      picture.channels.map((channel, at) => h("div", { key: channel.label, class: "eew-map-channel", role: "group", "aria-label": channel.label },
        h("label", { key: "band" }, h("span", null, channel.label), bandList(channel, at, bands, kept, on)),
        end(channel, at, "low", "from", kept, on),
        end(channel, at, "high", "to", kept, on))),
      wrong && h("p", { key: "wrong", class: "eew-map-wrong", role: "alert" }, wrong.message),
      h("p", { key: "hint", class: "eew-map-muted" }, picture.hint),
      picture.automatic && button(picture.automatic, ({ name }) => on.press(name), { key: "automatic", class: "eew-small" })),
  ];
}

/** @param {Colouring} channel @param {number} at @param {string[]} bands @param {Memory} kept @param {PictureHand} on @returns {Child} */
function bandList({ band, label }, at, bands, kept, on) {
  const before = kept.lists.get(at);
  const key = `${label} ${band}`;
  if (before && before.bands === bands && before.key === key) return before.list;
  const list = h("select", { key: "list", class: "eew-input", value: band, onchange: (/** @type {any} */ event) => on.change(at, "band", event.target.value) },
    bands.map((name) => h("option", { key: name, value: name }, name)));
  kept.lists.set(at, { bands, key, list });
  return list;
}

/**
 * @param {Colouring} channel @param {number} at @param {"low" | "high"} name @param {string} label
 * @param {Memory} kept @param {PictureHand} on @returns {Child}
 */
function end(channel, at, name, label, kept, on) {
  const key = `${at} ${name}`;
  return h("label", { key: name }, h("span", null, label),
    h("input", {
      type: "text",
      inputmode: "decimal",
      autocomplete: "off",
      spellcheck: "false",
      class: classes("eew-input", channel.message && "eew-wrong"),
      placeholder: channel[`${name}_hint`] || undefined,
      value: kept.typed.get(key)?.text ?? channel[name],
      "aria-invalid": channel.message ? true : undefined,
      oninput: (/** @type {any} */ event) => kept.typed.set(key, { text: event.target.value, sent: false }),
      onchange: (/** @type {any} */ event) => {
        kept.typed.set(key, { text: event.target.value, sent: true });
        on.change(at, name, event.target.value);
      },
    }));
}

/** What is typed here is no tool of the map; the way out still is one. @param {KeyboardEvent} event */
function ownKeys(event) {
  if (event.key !== "Escape") event.stopPropagation();
}
