/** What a field takes at once: more would break off the connection to the kernel, and with it the form. */

/** @import { Message } from "../views.js" */

const MOST = { INPUT: 100_000, TEXTAREA: 8_000_000 };

/**
 * Refuses what is pasted or dropped into a field beyond all measure, before it stands there.
 * @param {HTMLElement} el the panel
 * @param {(id: string, refusal: Message | null) => void} tell hears of every entry: why it is refused, or that it is not
 * @param {AbortSignal} signal
 */
export function limits(el, tell, signal) {
  el.addEventListener(
    "beforeinput",
    (event) => {
      const control = /** @type {HTMLInputElement} */ (event.target);
      const refusal = tooLong(control, (event.data ?? event.dataTransfer?.getData("text/plain") ?? "").length);
      if (refusal) event.preventDefault();
      tell(control.id, refusal);
    },
    { signal, capture: true },
  );
  el.addEventListener(
    "drop",
    (event) => {
      const control = /** @type {HTMLInputElement} */ (event.target);
      const refusal = tooLong(control, event.dataTransfer?.files[0]?.size ?? 0);
      if (!refusal) return;
      event.preventDefault();
      event.stopPropagation();
      tell(control.id, refusal);
    },
    { signal, capture: true },
  );
}

/**
 * @param {HTMLInputElement} control
 * @param {number} more characters, or bytes
 * @returns {Message | null}
 */
function tooLong(control, more) {
  const most = control.tagName === "TEXTAREA" ? MOST.TEXTAREA : MOST.INPUT;
  if (more <= most) return null;
  const counted = (/** @type {number} */ number) => number.toLocaleString("en-US");
  return {
    severity: "error",
    field: "",
    strong: `This has ${counted(more)} characters, and ${counted(most)} is the most that this field takes.`,
    text: "It stays as it was.",
    fixes: [],
  };
}
