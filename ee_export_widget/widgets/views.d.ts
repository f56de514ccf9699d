/**
 * What panels show and what they answer: the same names as in `session/views.py`, which says what
 * each means. A test compares the two.
 */

export type Tone = "plain" | "muted" | "ok" | "info" | "warning" | "error" | "todo" | "busy";
export type Severity = "error" | "warning" | "info";
export type FieldValue = string | boolean;
export type LonLat = [number, number];

export interface Fix {
  name: string;
  label: string;
  note: string;
  does?: [string, Record<string, string>];
  copies?: string;
  leads?: string;
}

export interface Message {
  severity: Severity;
  field: string;
  strong: string;
  text: string;
  fixes: Fix[];
}

export interface Mark {
  tone: "ok" | "todo" | "warning" | "error" | "plain" | "muted";
  text: string;
}

export interface Head {
  title: string;
  summary: string;
  mark: Mark;
  opens: "always" | "wide" | "never";
  forced: boolean;
}

export interface Option {
  value: string;
  label: string;
  note: string;
  icon: string;
}

export interface Button {
  name: string;
  label: string;
  icon: string;
  primary: boolean;
  reason: string;
  icon_only: boolean;
}

export interface Field {
  kind: "field";
  name: string;
  paths: string[];
  label: string;
  aside: string;
  control: "text" | "area" | "select" | "combo" | "check" | "segments";
  value: FieldValue;
  placeholder: string;
  prefix: string;
  unit: string;
  tip: string;
  mono: boolean;
  options: Option[];
  searched?: string;
  button?: Button;
  hint_tone: Tone;
  hint: string;
  messages: Message[];
  disabled: boolean;
}

export interface Row {
  kind: "row";
  layout: "three" | "thirds" | "two" | "advanced" | "image" | "buttons" | "checks";
  items: Item[];
}

export interface Fact {
  label: string;
  strong: string;
  text: string;
  exact: string;
  tone: Tone;
  meter?: number;
}

export interface Facts {
  kind: "facts";
  label: string;
  facts: Fact[];
  tone: Tone;
  strong: string;
  text: string;
  muted: string;
  fixes: Fix[];
}

export interface Note {
  kind: "note";
  severity: Severity;
  field: string;
  strong: string;
  text: string;
  fixes: Fix[];
}

export interface Text {
  kind: "text";
  tone: Tone;
  strong: string;
  text: string;
}

export interface Pairs {
  kind: "pairs";
  pairs: [string, string][];
}

export interface Buttons {
  kind: "buttons";
  links: boolean;
  buttons: Button[];
}

export interface Entry {
  kind: "entry";
  name: string;
  label: string;
  hint: string;
  items: Item[];
  problem: Message | null;
  apply: string;
  buttons: Button[];
}

export interface Title {
  kind: "title";
  text: string;
}

export interface Gap {
  kind: "gap";
}

export interface MenuEntry {
  name: string;
  label: string;
  note: string;
  reason: string;
  checked: boolean;
  copies?: boolean;
  presses?: "load" | "save";
}

export interface Menu {
  kind: "menu";
  name: string;
  label: string;
  prefix: string;
  strong: string;
  icon: string;
  entries: MenuEntry[];
  entry_label: string;
  entry_placeholder: string;
  about?: [string, string][];
  path?: string;
}

export interface Status {
  kind: "status";
  tone: Tone;
  strong: string;
  pieces: string[];
  links: [string, string][];
  part: "connection" | "readiness" | "preflight";
}

export interface Skip {
  label: string;
  hint: string;
  checked: boolean;
}

export interface Confirm {
  kind: "confirm";
  title: string;
  rows: [string, string, string][];
  messages: Message[];
  back: Button;
  go: Button;
  skip?: Skip;
}

export interface AssetEntry {
  name: string;
  label: string;
  note: string;
  opens: boolean;
}

export interface Assets {
  kind: "assets";
  label: string;
  way: [string, string][];
  entries: AssetEntry[];
  busy: boolean;
  text: string;
  more: boolean;
  use: Button;
}

export type Item =
  | Field
  | Row
  | Facts
  | Note
  | Text
  | Pairs
  | Buttons
  | Title
  | Gap
  | Menu
  | Status
  | Confirm
  | Entry
  | Assets;

export interface FormView {
  label: string;
  head: Head | null;
  items: Item[];
  ack: number;
}

export interface BandsView {
  head: Head;
  empty: string;
  default: string;
  policies: Option[];
  ids: string[];
  types: string[];
  policy: string[];
  written: boolean[];
  why: string[];
  suggests: string[];
  agrees: boolean[];
  kinds: string[];
  previewed: string;
  arrays: boolean[];
  pixels: string[];
  values: string[];
  harms: string[];
  notes: Note[];
  foot: string;
  ack: number;
}

export interface LevelPicture {
  source: string;
  label: string;
  caption: string;
}

export interface PolicyColumn {
  policy: string;
  note: string;
  checked: boolean;
  pictures: LevelPicture[];
  tone: Tone;
  verdict: [string, string][];
}

export interface PyramidView {
  band: string;
  path: string;
  text: string;
  windows: Option[];
  window: string;
  message: Message | null;
  source: LevelPicture;
  legend: [string, string][];
  columns: PolicyColumn[];
  key: string;
  said: string;
}

export interface Line {
  depth: number;
  pieces: ["key" | "string" | "number" | "word" | "punct" | "comment" | "fold", string][];
  path: string;
  message: string;
  fold: "" | "closed" | "open";
}

export interface PreviewView {
  head: Head;
  tabs: Option[];
  tab: string;
  lines: Line[];
  size: string;
  note: string;
  text: string;
  most_bytes: number;
}

export interface Refusal {
  strong: string;
  text: string;
  offset: number;
  keeps: [string, string][];
}

export interface Stage {
  label: string;
  count: string;
  tone: "ok" | "busy" | "todo" | "error" | "muted";
}

export interface Clock {
  since_ms: number;
  running: boolean;
  text: string;
  suffix: string;
}

export interface Explanation {
  strong: string;
  text: string;
  hint: string;
  offers: Fix[];
  raw: string;
}

export interface Verification {
  tone: Tone;
  strong: string;
  text: string;
  rows: [string, string, string, boolean][];
  button: Button | null;
}

export interface OperationView {
  name: string;
  state: string;
  pill: string;
  tone: Tone;
  icon: string;
  title: string;
  folds: boolean;
  ended_ms: number;
  asset: string;
  target: string;
  clock: Clock;
  progress: number;
  progress_text: string;
  stages: Stage[];
  facts: [string, string][];
  buttons: Button[];
  on_map: boolean;
  asking: boolean;
  explanation: Explanation | null;
  verification: Verification | null;
  files: string[];
}

export interface OperationsView {
  head: Head;
  tabs: Option[];
  tab: string;
  states: Option[];
  state: string;
  rows: OperationView[];
  empty: string;
  notice: Message | null;
  announce: string;
  beat_s: number;
}

export interface OtherGrid {
  outline: LonLat[];
  label: string;
}

export interface MapView {
  mode: "pan" | "draw" | "polygon" | "pick";
  tools: Button[];
  revision: string;
  lattice: boolean;
  footprint: LonLat[];
  drawn: LonLat[][];
  handles: LonLat[];
  parts: LonLat[][];
  other: OtherGrid | null;
  tone: "plain" | "error";
  width_label: string;
  height_label: string;
  edge_label: string;
  drawn_label: string;
  source: LonLat[];
  source_label: string;
  layers: Layer[];
  picture: Picture | null;
  exports: OtherGrid[];
  loupes: Loupe[];
  tip: string[];
  tip_by_keys: string[];
  call: Call | null;
  graticule: boolean;
  ground: string;
}

export interface Mesh {
  column: number;
  row: number;
  columns: number;
  rows: number;
  places: LonLat[][];
}

export interface Look {
  revision: string;
  footprint: LonLat[];
  source: LonLat[];
  mesh: Mesh | null;
}

export interface Picture {
  colour: boolean;
  channels: Colouring[];
  hint: string;
  automatic: Button | null;
}

export interface Colouring {
  label: string;
  band: string;
  low: string;
  low_hint: string;
  high: string;
  high_hint: string;
  message: string;
}

export interface Layer {
  name: string;
  label: string;
  note: string;
  shown: boolean;
}

export interface Loupe {
  caption: string;
  name: string;
  place: LonLat;
  left: number;
  top: number;
  exported: [number, number][];
  drawn: [number, number][];
}

export interface Call {
  strong: string;
  text: string;
  buttons: Button[];
}

export interface Edit {
  event: "edit";
  field: string;
  value: FieldValue;
  seq: number;
}

export interface Action {
  event: "action";
  name: string;
  args: Record<string, unknown>;
}

/** From the kernel, besides views. */
export type Command =
  | { command: "copy"; text: string }
  | { command: "focus"; path: string }
  | { command: "edit"; text: string }
  | { command: "save"; name: string; text: string }
  | { command: "taken"; words: string }
  | { command: "refused"; refusal: Refusal };

/** The part of a widget model that panels use. */
export interface ViewModel<V> {
  get(name: "view"): V;
  on(event: string, listener: (...args: any[]) => void): void;
  off(event: string, listener: (...args: any[]) => void): void;
  send(content: Edit | Action, callbacks?: object, buffers?: ArrayBuffer[]): void;
}

/** What anywidget hands to `render`. */
export interface ViewProps<V> {
  model: ViewModel<V>;
  el: HTMLElement;
}
