/** A list of assets to choose from: the way to a folder, and what lies in it. */
import { h, icon } from "../dom.js";
import { hint, rove, within } from "../parts.js";

/** @import { Assets } from "../views.js" */
/** @import { Form } from "./text.js" */

const ROW = ".eew-asset";

/**
 * @param {Assets} item
 * @param {Form} form
 */
export function drawAssets({ label, way, entries, busy, text, more, use }, form) {
  const id = `${form.uid}-assets`;
  const [, here] = way[way.length - 1] ?? ["", ""];

  /**
   * Goes to another folder; the focus waits at the heading, which stays while the list is read.
   * @param {Event} event
   * @param {string} action
   * @param {Record<string, unknown>} [args]
   */
  const go = (event, action, args) => {
    const host = /** @type {Element} */ (event.target).closest(".eew-assets");
    /** @type {HTMLElement | null} */ (host?.querySelector(".eew-assets-title") ?? null)?.focus();
    form.press(action, args);
  };
  /**
   * Gives the focus back to the button that opened the list, and ends it.
   * @param {Event} event
   * @param {string} action
   * @param {Record<string, unknown>} [args]
   */
  const leave = (event, action, args) => {
    const body = /** @type {Element} */ (event.target).closest(".eew-body");
    /** @type {HTMLElement | null} */ (body?.querySelector(".eew-field .eew-box .eew-button") ?? null)?.focus();
    form.press(action, args);
  };
  /** @param {KeyboardEvent} event */
  const key = (event) => {
    const rows = within(event, ROW);
    if (event.key === "Escape") leave(event, "browse_close");
    else if (event.key === "Backspace" && way.length > 1) go(event, "browse_up");
    else if (event.key === "ArrowDown" && !(/** @type {Element} */ (event.target).matches(ROW)) && rows.length > 0)
      rows[0].focus();
    else if (!rove(event, rows)) return;
    event.preventDefault();
    event.stopPropagation();
  };

  return h(
    "section",
    {
      key: "assets",
      class: "eew-entry eew-assets",
      role: "group",
      "aria-labelledby": id,
      "aria-busy": busy,
      "data-lm-suppress-shortcuts": "true",
      onkeydown: key,
    },
    h("h4", { id, class: "eew-entry-title eew-assets-title", tabindex: "-1" }, label),
    h(
      "nav",
      { class: "eew-assets-way", "aria-label": "Way from the root" },
      way.map(([name, asset], index) => [
        index > 0 && h("span", { class: "eew-muted", "aria-hidden": true }, "/"),
        asset === here
          ? h("b", { key: asset, class: "eew-strong", "aria-current": "location" }, name)
          : h(
              "button",
              {
                key: asset,
                type: "button",
                class: "eew-link",
                onclick: (/** @type {Event} */ event) => go(event, "browse_into", { asset }),
              },
              name,
            ),
      ]),
    ),
    entries.length > 0 &&
      h(
        "ul",
        { class: "eew-assets-list", role: "list" },
        entries.map(({ name, label: shown, note, opens }, index) =>
          h(
            "li",
            { key: name },
            h(
              "button",
              {
                type: "button",
                class: "eew-asset",
                tabindex: index === 0 ? "0" : "-1",
                onclick: (/** @type {Event} */ event) =>
                  opens
                    ? go(event, "browse_into", { asset: name })
                    : leave(event, "browse_choose", { asset: name }),
              },
              icon(opens ? "folder" : "asset", "eew-icon-small"),
              h("span", { class: "eew-words eew-mono" }, shown),
              note && h("span", { class: "eew-muted" }, note),
              opens && icon("chev", "eew-icon-small"),
            ),
          ),
        ),
      ),
    text && hint(busy ? "busy" : "muted", text),
    h(
      "div",
      { class: "eew-buttons" },
      plain("use", use.label, use.reason, (event) => leave(event, use.name, { asset: here })),
      more && plain("more", "Show more", "", (event) => go(event, "browse_more")),
      plain("close", "Close", "", (event) => leave(event, "browse_close")),
    ),
  );
}

/**
 * A small button that is told by what it was pressed.
 * @param {string} key
 * @param {string} label
 * @param {string} reason
 * @param {(event: Event) => void} press
 */
function plain(key, label, reason, press) {
  return h(
    "button",
    {
      key,
      type: "button",
      class: "eew-button eew-small",
      "aria-disabled": reason ? true : undefined,
      "aria-description": reason || undefined,
      title: reason || undefined,
      onclick: (/** @type {Event} */ event) => reason || press(event),
    },
    label,
  );
}
