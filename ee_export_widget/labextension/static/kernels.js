/** Kernels in which a form can work: that of a notebook, or one of our own; and how they are asked. */

/** @import { App, Kernel, NotebookPanel, RenderMime, SessionContext } from "../lab.js" */

/**
 * A kernel that the panel can work in.
 *
 * @typedef {object} Place
 * @property {string} path which session it is
 * @property {string} name what the bar calls it
 * @property {NotebookPanel | null} notebook null where the kernel is our own
 * @property {SessionContext} context
 * @property {RenderMime} rendermime draws the widgets of this kernel
 */

/** The session of our own kernel: a fixed name, so that the page finds it again after a reload. */
export const OWN_PATH = "Image export";

/** What a kernel answers that cannot do what it was asked. */
export class Refusal extends Error {
  /** @param {string} name @param {string} words */
  constructor(name, words) {
    super(words);
    this.name = name;
  }
}

const SIDEBAR = `__import__("ee_export_widget.widgets.sidebar", fromlist=["sidebar"])`;
const JSON_OF = `__import__("IPython.display", fromlist=["display"]).JSON`;

/**
 * Calls a function of our kernel-side module, outside any cell and without a trace in the history.
 *
 * @param {Kernel} kernel
 * @param {"get_ready" | "open_panel" | "panel_state"} name
 * @param {string[]} args
 * @param {() => void} [began] hears when the kernel begins with it: before, it is busy with something else
 * @returns {Promise<any>}
 */
export async function ask(kernel, name, args, began = () => {}) {
  const future = kernel.requestExecute({
    code: "",
    silent: true,
    store_history: false,
    allow_stdin: false,
    user_expressions: { answer: `${JSON_OF}(${SIDEBAR}.${name}(*${pythonList(args)}))` },
  });
  let begun = false;
  future.onIOPub = () => {
    if (!begun) began();
    begun = true;
  };
  const { content } = await future.done;
  const answer = content.user_expressions?.answer;
  if (answer?.status === "ok") return answer.data?.["application/json"];
  throw new Refusal(answer?.ename ?? content.ename ?? "NoAnswer", answer?.evalue ?? "The kernel did not answer.");
}

/**
 * Lets a kernel load what the form needs before the person goes there. What goes wrong is said when the form is asked
 * for.
 * @param {Place} place
 */
export async function warm({ context }) {
  await context.ready;
  const kernel = context.session?.kernel;
  const info = await kernel?.info;
  if (kernel && info?.language_info.name === "python") await ask(kernel, "get_ready", []).catch(() => {});
}

/**
 * Writes texts as Python reads them: JSON, with everything beyond ASCII escaped.
 * @param {string[]} texts
 */
const pythonList = (texts) =>
  JSON.stringify(texts).replace(/[\u007f-\uffff]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`);

/** @param {NotebookPanel} notebook @returns {Place} */
export const notebookPlace = (notebook) => ({
  path: notebook.context.path,
  name: notebook.context.path.split("/").at(-1) ?? "",
  notebook,
  context: notebook.sessionContext,
  rendermime: notebook.content.rendermime,
});

/**
 * Gives a kernel of our own: the one that runs already on this server, or a new one.
 *
 * @param {App} app
 * @param {{ SessionContext: any, Signal: any, registerWidgetManager: any }} parts
 * @param {RenderMime} rendermime
 * @returns {Promise<Place>}
 */
export async function ownPlace(app, { SessionContext, Signal, registerWidgetManager }, rendermime) {
  const { sessions, kernels, kernelspecs } = app.serviceManager;
  await kernelspecs.ready;
  const name = pythonOf(kernelspecs.specs);
  if (!name) throw new Refusal("NoKernel", "");
  const session = { path: OWN_PATH, name: OWN_PATH, type: "console" };
  if (!(await sessions.findByPath(OWN_PATH))) {
    // Started here and not by the session context, which would speak of a failure in a dialog of its own.
    (await sessions.startNew({ ...session, kernel: { name } })).dispose();
  }
  const context = new SessionContext({
    ...session,
    sessionManager: sessions,
    kernelManager: kernels,
    specsManager: kernelspecs,
    kernelPreference: { name, autoStartDefault: true, shutdownOnDispose: false },
  });
  await context.initialize();
  const own = rendermime.clone();
  const model = { getMetadata: () => undefined, setMetadata: () => {} };
  // The only way to a widget manager that knows every registered kind of widget.
  registerWidgetManager({ sessionContext: context, saveState: new Signal({}), model, path: OWN_PATH }, own, []);
  return { path: OWN_PATH, name: "a kernel of its own", notebook: null, context, rendermime: own };
}

/**
 * Gives the name of the kernel to start: the default one if it speaks Python, or else the first that does.
 * @param {App["serviceManager"]["kernelspecs"]["specs"]} specs
 */
function pythonOf(specs) {
  const speaks = (/** @type {string} */ name) => specs?.kernelspecs[name]?.language?.toLowerCase() === "python";
  if (!specs) return "";
  return speaks(specs.default) ? specs.default : (Object.keys(specs.kernelspecs).find(speaks) ?? "");
}
