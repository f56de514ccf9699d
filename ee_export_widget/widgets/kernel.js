/** The kernel behind the panels: word to it, and what is shown of a form in a cell whose kernel has ended. */

/** The widget manager marks the boxes of a form that has lost its kernel; anywidget's views are not among them. */
const LOST = "jupyter-widgets-disconnected";

/** What there is to say, and how to go on. @type {Record<string, [strong: string, text: string]>} */
const WORDS = {
  restarted: ["The kernel was restarted.", " Run the cell again to reconnect; your exports are not affected."],
  gone: [
    "The kernel is gone.",
    " The form below does not answer any more. Start a kernel and run the cell again; exports that were submitted go on at the service.",
  ],
};

/**
 * Sends word to the kernel. One that has ended hears nothing, and no panel must break over it: `followKernel` says so.
 * @template {unknown[]} Sent
 * @param {{ send(...sent: Sent): void }} model
 * @param {Sent} sent
 */
export function tell(model, ...sent) {
  try {
    model.send(...sent);
  } catch (error) {
    console.debug("ee-export-widget: not sent", error);
  }
}

/**
 * Shows the form around a panel as one to be read, not to be used, while its kernel is lost. The sidebar says by
 * itself what has become of its kernel.
 *
 * No widget hears of a kernel that was shut down. A page that has our extension writes it on the frame, as
 * `data-eew-kernel`.
 * @param {HTMLElement} el the panel
 * @returns {() => void} stops following
 */
export function followKernel(el) {
  const strip = el.ownerDocument.createElement("p");
  const strong = el.ownerDocument.createElement("b");
  strip.className = "eew-lost";
  strip.setAttribute("role", "status");

  function look() {
    const frame = /** @type {HTMLElement | null} */ (el.closest(".eew-frame"));
    if (!frame || frame.closest(".eew-side")) return;
    const what = frame.dataset.eewKernel ?? (frame.classList.contains(LOST) ? "restarted" : "");
    const words = WORDS[what];
    if (frame.inert !== Boolean(words)) frame.inert = Boolean(words);
    if (!words) return strip.remove();
    if (strong.textContent === words[0] && strip.isConnected) return;
    strong.textContent = words[0];
    strip.replaceChildren(strong, words[1]);
    frame.before(strip);
  }
  const watch = new MutationObserver(look);
  // A panel is drawn before it stands in its form.
  const placed = new ResizeObserver(() => {
    const frame = el.closest(".eew-frame");
    if (!frame) return;
    placed.disconnect();
    watch.observe(frame, { attributeFilter: ["class", "data-eew-kernel"] });
    look();
  });
  placed.observe(el);
  return () => {
    placed.disconnect();
    watch.disconnect();
    strip.remove();
  };
}
