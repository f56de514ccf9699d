/** Which keys belong to the form while the focus is in it, and what the form's own ones do. */

const SUPPRESS = "data-lm-suppress-shortcuts";

/** @typedef {"undo" | "redo" | "submit" | "next" | "previous" | "help"} Shortcut */

/**
 * Whether a key is a plain one, and not the way out.
 *
 * @param {KeyboardEvent} event
 */
export const plain = ({ key, ctrlKey, metaKey, altKey }) =>
  !ctrlKey && !metaKey && !altKey && key !== "Tab" && key !== "Escape" && !/^F\d/.test(key);

/**
 * Which of the form's shortcuts an event is.
 *
 * @param {{key: string, ctrlKey: boolean, metaKey: boolean, altKey: boolean, shiftKey: boolean}} event
 * @returns {Shortcut | null}
 */
export function shortcutOf({ key, ctrlKey, metaKey, altKey, shiftKey }) {
  if (altKey) return null;
  if (key === "F6") return shiftKey ? "previous" : "next";
  if (!ctrlKey && !metaKey) return key === "?" ? "help" : null;
  if (key.toLowerCase() === "z") return shiftKey ? "redo" : "undo";
  return key === "Enter" && !shiftKey ? "submit" : null;
}

/**
 * Keeps JupyterLab from acting on keys that are meant for an element: in its command mode, B would add a
 * cell and an arrow would leave it. JupyterLab hears a key before any element does, so the mark that it
 * looks for is set one step earlier, on what has the focus, and for these keys only.
 *
 * @param {() => Element | null} host
 * @param {(event: KeyboardEvent) => boolean} wants
 * @param {AbortSignal} signal
 */
export function claimKeys(host, wants, signal) {
  const mark = (/** @type {KeyboardEvent} */ event) => {
    const { target } = event;
    if (!(target instanceof Element) || !host()?.contains(target) || !wants(event)) return;
    target.setAttribute(SUPPRESS, "");
    // Gone again when the event is over: other keys on the same element are JupyterLab's.
    setTimeout(() => target.removeAttribute(SUPPRESS));
  };
  window.addEventListener("keydown", mark, { capture: true, signal });
}

/**
 * The keys of a whole form: undo, redo, submit, and from section to section.
 *
 * @param {Element} el an element of the form
 * @param {(name: string) => void} press
 * @param {AbortSignal} signal
 */
export function formKeys(el, press, signal) {
  const root = () => el.closest(".eew-root");
  claimKeys(root, (event) => plain(event) || shortcutOf(event) !== null, signal);
  const pressed = (/** @type {KeyboardEvent} */ event) => {
    const form = root();
    const name = shortcutOf(event);
    if (!name || !form || !(event.target instanceof Element) || !form.contains(event.target)) return;
    if (event.target.closest(".eew-editor")) return; // a text of its own, which Enter applies and undo takes back
    if (name === "help" && event.target.closest("input:not([type=checkbox]), textarea, select")) return;
    event.preventDefault();
    event.stopPropagation();
    if (name === "undo" || name === "redo") press(name);
    else if (name === "submit") /** @type {HTMLElement | null} */ (form.querySelector(".eew-submit"))?.click();
    else if (name === "help") /** @type {HTMLElement | null} */ (el.querySelector(".eew-menu-button.eew-bare"))?.click();
    else step(form, event.target, name === "next" ? 1 : -1);
  };
  window.addEventListener("keydown", pressed, { capture: true, signal });
}

/**
 * Moves the focus to the heading of another section.
 *
 * @param {Element} form
 * @param {Element} from
 * @param {1 | -1} way
 */
function step(form, from, way) {
  const heads = [...form.querySelectorAll(".eew-step")].flatMap((section) => {
    const button = section.querySelector("h3 button");
    return button instanceof HTMLElement ? [{ section, button }] : [];
  });
  const at = heads.findIndex(({ section }) => section.contains(from));
  const next = at < 0 ? (way > 0 ? 0 : heads.length - 1) : (at + way + heads.length) % heads.length;
  heads[next]?.button.focus();
}
