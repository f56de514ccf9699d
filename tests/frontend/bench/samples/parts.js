/** Shorthand for the pieces of a view: every member that a sample does not care about gets its quiet default. */

/** @import * as v from "../../../../ee_export_widget/widgets/views.js" */

/** @type {(title: string, mark: v.Mark["tone"], text: string, more?: Partial<v.Head>) => v.Head} */
export const head = (title, tone, text, more) => ({
  title,
  summary: "",
  mark: { tone, text },
  opens: "always",
  forced: false,
  ...more,
});
/** @type {(name: string, label: string, value: v.FieldValue, more?: Partial<v.Field>) => v.Field} */
export const field = (name, label, value, more) => ({
  kind: "field",
  name,
  paths: [],
  label,
  aside: "",
  control: "text",
  value,
  placeholder: "",
  prefix: "",
  unit: "",
  tip: "",
  mono: false,
  options: [],
  hint_tone: "muted",
  hint: "",
  messages: [],
  disabled: false,
  ...more,
});
/** @type {(name: string, label: string, more?: Partial<v.Button>) => v.Button} */
export const button = (name, label, more) => ({
  name,
  label,
  icon: "",
  primary: false,
  reason: "",
  icon_only: false,
  ...more,
});
/** @type {(value: string, label?: string, note?: string, icon?: string) => v.Option} */
export const option = (value, label = value, note = "", icon = "") => ({ value, label, note, icon });
/** @type {(field: string, strong: string, text: string, ...fixes: [string, string?][]) => v.Message} */
export const error = (path, strong, text, ...fixes) => ({
  severity: "error",
  field: path,
  strong,
  text,
  fixes: fixes.map(([label, note = ""]) => ({ name: label, label, note })),
});
/** @type {(label: string, items: v.Item[], heading?: v.Head | null) => v.FormView} */
export const form = (label, items, heading = null) => ({ label, head: heading, items, ack: 0 });
/** @type {(tone: v.Tone, strong: string, more?: Partial<v.Status>) => v.Status} */
export const status = (tone, strong, more) => ({
  kind: "status",
  tone,
  strong,
  pieces: [],
  links: [],
  part: "readiness",
  ...more,
});
/** @type {(label: string, strong: string, text: string, more?: Partial<v.Fact>) => v.Fact} */
export const fact = (label, strong, text, more) => ({ label, strong, text, exact: "", tone: "plain", ...more });
