/** The kernel behind the panels: word to it, and what is shown of a form in a cell whose kernel has ended. */

/** The widget manager marks the boxes of a form that has lost its kernel; anywidget's views are not among them. */
const LOST = "jupyter-widgets-disconnected";

const STRONG = "The kernel was restarted.";
const WORDS = " Run the cell again to reconnect; your exports are not affected.";

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
 * @param {HTMLElement} el the panel
 * @returns {() => void} stops following
 */
export function followKernel(el) {
  const strip = el.ownerDocument.createElement("p");
  const strong = el.ownerDocument.createElement("b");
  strong.textContent = STRONG;
  strip.className = "eew-lost";
  strip.setAttribute("role", "status");
  strip.append(strong, WORDS);

  function look() {
    const frame = /** @type {HTMLElement | null} */ (el.closest(".eew-frame"));
    if (!frame || frame.closest(".eew-side")) return;
    const lost = frame.classList.contains(LOST);
    if (frame.inert !== lost) frame.inert = lost;
    if (lost && !strip.isConnected) frame.before(strip);
    else if (!lost) strip.remove();
  }
  const watch = new MutationObserver(look);
  // A panel is drawn before it stands in its form.
  const placed = new ResizeObserver(() => {
    const frame = el.closest(".eew-frame");
    if (!frame) return;
    placed.disconnect();
    watch.observe(frame, { attributeFilter: ["class"] });
    look();
  });
  placed.observe(el);
  return () => {
    placed.disconnect();
    watch.disconnect();
    strip.remove();
  };
}
