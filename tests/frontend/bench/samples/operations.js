/** Operations and their list. */

import { button, head, option } from "./parts.js";

/** @import * as v from "../../../../ee_export_widget/widgets/views.js" */

/** @param {Partial<v.OperationView>} more @returns {v.OperationView} */
export const operation = (more) => ({
  name: "projects/lake-constance/operations/4NIOMB6ZQXGV2C6WTGYVUDIS",
  state: "RUNNING",
  pill: "Running",
  tone: "busy",
  icon: "run",
  title: "lc_2024_10m",
  target: "projects/lake-constance/operations/4NIOMB6ZQXGV2C6WTGYVUDIS",
  clock: { since_ms: Date.now() - 724000, running: true, text: "", suffix: "elapsed, about 16 min left" },
  progress: 0.42,
  progress_text: "42 percent, compute pixels, 121 of 286",
  stages: [
    { label: "Prepare", count: "", tone: "ok" },
    { label: "Compute pixels", count: "121 of 286", tone: "busy" },
    { label: "Build pyramid", count: "", tone: "todo" },
    { label: "Write asset", count: "", tone: "todo" },
  ],
  facts: [
    ["EECU-s", "31.8"],
    ["Attempt", "1"],
    ["Priority", "100"],
    ["Tag", "lake-lc"],
  ],
  buttons: [
    button("cancel", "Cancel", { icon: "stop" }),
    button("copy_name", "Copy name", { icon: "copy" }),
    button("show_on_map", "Show on map", { icon: "pin" }),
  ],
  folds: false,
  ended_ms: 0,
  asset: "",
  on_map: false,
  asking: false,
  explanation: null,
  verification: null,
  files: [],
  ...more,
});

/** @param {v.OperationView[]} rows @param {Partial<v.OperationsView>} [more] @returns {v.OperationsView} */
export const operations = (rows, more) => ({
  head: head("Operations", rows.length ? "ok" : "muted", rows.length ? "updated 2 s ago" : "", {
    summary: "1 running, 42 %",
  }),
  tabs: [option("widget", "This widget", String(rows.length)), option("project", "Project", "14")],
  tab: "widget",
  states: rows.length ? [option("", "All states"), option("RUNNING", "Running"), option("FAILED", "Failed")] : [],
  state: "",
  rows,
  empty:
    "Nothing submitted from this widget yet. Exports keep running when you close the notebook; you will find them again under Project.",
  notice: null,
  announce: "",
  beat_s: 0,
  ...more,
});
