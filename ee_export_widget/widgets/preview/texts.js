/** Texts that the kernel is to take: typed into the editor, dropped, or chosen as a file. */
import { h, icon } from "../dom.js";
import { tell } from "../kernel.js";
import { drawEditor, drawRefusal, goTo } from "./editor.js";
import { holdsFiles, saveAs, tooLong } from "./taking.js";

/** @import { Command, PreviewView, Refusal, ViewModel } from "../views.js" */

const SAID_MS = 6000;

/**
 * @param {HTMLElement} el the panel
 * @param {ViewModel<PreviewView>} model
 * @param {() => void} redraw
 * @param {(ms: number, undo: () => void) => void} after
 */
export function texts(el, model, redraw, after) {
  /** @type {string | null} the text in the editor, while there is one */
  let edited = null;
  let given = ""; // what the editor began with
  /** @type {Refusal | null} */
  let refusal = null;
  /** @type {ArrayBuffer | null} what the kernel was asked to take */
  let taking = null;
  let asked = ""; // so that another view of the same form is not answered as well
  let said = "";
  let over = false;
  const most = () => model.get("view").most_bytes;
  const ask = (/** @type {string} */ name) => {
    asked = name;
    tell(model, { event: "action", name, args: {} });
  };

  /**
   * Hands a text to the kernel, which answers with `taken` or `refused`.
   * @param {ArrayBuffer | null} data
   * @param {string} [keep]
   */
  function take(data, keep = "") {
    taking = data;
    refusal = tooLong(data?.byteLength ?? 0, most());
    redraw();
    if (data && !refusal) tell(model, { event: "action", name: "take", args: { keep } }, undefined, [data]);
  }

  /** @param {File | undefined} file */
  async function takeFile(file) {
    if (!file) return;
    refusal = tooLong(file.size, most());
    redraw();
    if (!refusal) take(await file.arrayBuffer());
  }

  /** @param {string} text */
  function type(text) {
    const before = isUnapplied();
    edited = text;
    if (isUnapplied() !== before) redraw();
  }

  const isUnapplied = () => edited !== null && edited !== given;

  function apply() {
    take(/** @type {ArrayBuffer} */ (new TextEncoder().encode(edited ?? "").buffer));
  }

  /** @param {ClipboardEvent} event */
  function paste(event) {
    // A character has at least one byte.
    refusal = tooLong(event.clipboardData?.getData("text").length ?? 0, most());
    if (refusal) event.preventDefault();
    redraw();
  }

  function leave() {
    edited = refusal = taking = null;
    redraw();
    /** @type {HTMLElement | null} */ (el.querySelector("[data-eew-edit]"))?.focus();
  }

  function dismiss() {
    refusal = null;
    redraw();
    const next = el.querySelector(edited === null ? "[data-eew-edit]" : "textarea");
    /** @type {HTMLElement | null} */ (next)?.focus();
  }

  /** @param {Event} event */
  function chosen(event) {
    const input = /** @type {HTMLInputElement} */ (event.target);
    void takeFile(input.files?.[0]);
    input.value = ""; // the same file can be chosen again
  }

  /** @param {DragEvent} event @param {boolean} here */
  function hover(event, here) {
    if (!holdsFiles(event)) return;
    event.preventDefault();
    event.stopPropagation();
    if (over === here) return;
    over = here;
    redraw();
  }

  return {
    leave,
    /** Whether the editor stands where the lines would. */
    isEditing: () => edited !== null,
    /** Whether the editor holds what the form does not. */
    isUnapplied,
    /** Whether a file is held over the panel. */
    isOver: () => over,
    /** What a dropped file needs. */
    target: {
      ondragover: (/** @type {DragEvent} */ event) => hover(event, true),
      ondragleave: (/** @type {DragEvent} */ event) => hover(event, false),
      ondrop: (/** @type {DragEvent} */ event) => {
        hover(event, false);
        if (holdsFiles(event)) void takeFile(event.dataTransfer?.files[0]);
      },
    },
    /** @param {string} look classes of a button */
    editButton: (look) =>
      h(
        "button",
        { key: "edit", type: "button", class: look, "data-eew-edit": true, onclick: () => ask("edit_json") },
        icon("edit", "eew-icon-small"),
        "Edit as JSON",
      ),
    /** @param {string} look classes of a button */
    fileButtons: (look) => {
      const choose = () => /** @type {HTMLElement | null} */ (el.querySelector("input[type=file]"))?.click();
      return [
        h("button", { key: "load", type: "button", class: look, "data-eew-file": "load", onclick: choose }, "Load…"),
        h("input", { key: "file", type: "file", accept: ".json,application/json", hidden: true, onchange: chosen }),
        h(
          "button",
          { key: "save", type: "button", class: look, "data-eew-file": "save", onclick: () => ask("save") },
          "Save",
        ),
        h("span", { key: "drop", class: "eew-muted" }, "or drop a JSON file here"),
      ];
    },
    draw: () => {
      const refused = refusal && drawRefusal(refusal, { keep: (member) => take(taking, member), dismiss });
      return [
        edited === null && refused,
        h("p", { key: "said", class: said ? "eew-hint eew-tone-ok" : "eew-unseen", role: "status" }, said),
        edited !== null && drawEditor(edited, { type, paste, apply, cancel: leave }, refused),
      ];
    },
    /** @param {Command} message */
    obey(message) {
      if (message.command === "save" && asked === "save") {
        saveAs(el, message.name, message.text);
        asked = "";
      } else if (message.command === "edit" && asked === "edit_json") {
        if (edited === null) edited = given = message.text;
        redraw();
        goTo(el, 0);
        asked = "";
      } else if (message.command === "refused" && taking) {
        refusal = message.refusal;
        redraw();
        goTo(el, refusal.offset);
      } else if (message.command === "taken" && taking) {
        said = message.words;
        after(SAID_MS, () => (said = ""));
        if (edited === null) taking = null;
        else leave();
        redraw();
      }
    },
  };
}
