/** A button that opens a list of entries and, where the view asks for it, a text field below them. */
import { classes, h, icon } from "../dom.js";
import { pairList, rove, sayCopied, within } from "../parts.js";

/** @import { Menu } from "../views.js" */
/** @import { Form } from "./text.js" */

/**
 * @param {Menu} menu
 * @param {Form} form
 */
export function drawMenu(menu, form) {
  const { state } = form;
  const open = state.opened === menu.name;
  const entry = `${form.uid}-${menu.name}-entry`;

  /** @param {Element} wrap */
  const toggle = (wrap) => {
    state.opened = open ? "" : menu.name;
    form.redraw();
    const first = /** @type {HTMLElement | null} */ (wrap.querySelector(".eew-menu-item, .eew-menu-entry input"));
    first?.focus();
  };
  /** @param {Element} wrap */
  const close = (wrap) => {
    state.opened = "";
    /** @type {HTMLElement | null} */ (wrap.querySelector(".eew-menu-button"))?.focus();
    form.redraw();
  };
  /** @param {KeyboardEvent} event */
  const key = (event) => {
    const wrap = /** @type {Element} */ (event.currentTarget);
    const typing = /** @type {Element} */ (event.target).matches("input");
    if (event.key === "Escape" && open) close(wrap);
    else if (event.key === "ArrowDown" && !open) toggle(wrap);
    else if (!open || typing || !rove(event, within(event, ".eew-menu-item"))) return;
    event.preventDefault();
    event.stopPropagation();
  };
  /**
   * @param {Event} event
   * @param {string} name
   * @param {Record<string, unknown>} [args]
   */
  const choose = (event, name, args) => {
    const wrap = /** @type {Element} */ (event.target).closest(".eew-menu");
    if (wrap) close(wrap);
    form.press(name, args);
  };

  /**
   * Lets the kernel send a text for the clipboard, and says so in place: the menu stays.
   * @param {Event} event
   * @param {string} name
   */
  const take = (event, name) => {
    form.press(name);
    sayCopied(/** @type {Element} */ (event.currentTarget).querySelector(".eew-words"));
  };

  /**
   * Presses a button of another panel, whose step opens: there it says what came of it.
   * @param {Event} event
   * @param {string} name
   */
  const passOn = (event, name) => {
    const wrap = /** @type {Element} */ (event.target).closest(".eew-menu");
    const button = wrap?.closest(".eew-root")?.querySelector(`[data-eew-file="${name}"]`);
    const head = button?.closest(".eew-step[data-open=false]")?.querySelector(".eew-toggle");
    if (wrap) close(wrap);
    /** @type {HTMLElement | null | undefined} */ (head)?.click();
    button?.scrollIntoView({ block: "nearest" });
    /** @type {HTMLElement | null | undefined} */ (button)?.click();
  };

  return h(
    "div",
    {
      key: menu.name,
      class: classes("eew-menu", open && "eew-menu-open"),
      "data-eew-paths": menu.path,
      "data-eew-menu": menu.path && menu.name,
      onkeydown: key,
    },
    h(
      "button",
      {
        type: "button",
        class: classes("eew-menu-button", menu.icon && "eew-button eew-bare"),
        "aria-haspopup": "menu",
        "aria-expanded": open,
        "aria-label": menu.label,
        title: menu.label,
        onclick: (/** @type {any} */ event) => toggle(event.currentTarget.parentElement),
      },
      menu.icon
        ? icon(menu.icon)
        : [
            h("span", { class: "eew-muted eew-menu-prefix" }, menu.prefix),
            h("b", { class: "eew-strong" }, menu.strong),
            icon("down", "eew-icon-small"),
          ],
    ),
    open &&
      h(
        "div",
        { class: "eew-popover", "data-lm-suppress-shortcuts": "true" },
        h(
          "div",
          { role: "menu", "aria-label": menu.label },
          menu.entries.map(({ name, label, note, reason, checked, copies, presses }) =>
            h(
              "button",
              {
                key: name,
                type: "button",
                role: "menuitem",
                class: "eew-menu-item",
                tabindex: "-1",
                "aria-disabled": reason ? true : undefined,
                "aria-description": reason || undefined,
                "aria-current": checked ? true : undefined,
                title: reason || undefined,
                onclick: (/** @type {Event} */ event) => {
                  if (reason) return;
                  if (presses) passOn(event, presses);
                  else if (copies) take(event, name);
                  else choose(event, name);
                },
              },
              h("span", { class: "eew-menu-check" }, checked && icon("check", "eew-icon-small")),
              h("span", { class: "eew-words", "aria-live": copies ? "polite" : undefined }, label),
              note && h("span", { class: "eew-muted" }, note),
            ),
          ),
        ),
        menu.entry_label &&
          h(
            "form",
            {
              class: "eew-menu-entry",
              onsubmit: (/** @type {any} */ event) => {
                event.preventDefault();
                choose(event, menu.name, { text: event.target.elements[0].value.trim() });
              },
            },
            h("label", { class: "eew-label", for: entry }, menu.entry_label),
            h(
              "div",
              { class: "eew-box" },
              h("input", {
                id: entry,
                class: "eew-input eew-mono",
                type: "text",
                placeholder: menu.entry_placeholder,
                autocomplete: "off",
                spellcheck: "false",
              }),
              h("button", { type: "submit", class: "eew-button eew-small" }, "Use"),
            ),
          ),
        menu.about && h("div", { class: "eew-menu-about" }, pairList(menu.about)),
      ),
  );
}
