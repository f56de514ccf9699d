/** The panel in the sidebar: which kernel it works in, that kernel's form, and what there is to say of both. */

/** @import { App, Comm, Kernel, LuminoWidget, Message, NotebookPanel, RenderMime, Renderer, Services } from "../lab.js" */
/** @import { Place } from "./kernels.js" */
/** @typedef {{ label: string, press: () => void }} Choice */
/** @typedef {{ tone: "busy" | "info" | "warning" | "error", strong?: string, text: string, code?: string, choices?: Choice[] }} Words */

const MIME = "application/vnd.jupyter.widget-view+json";
const TARGET = "ee_export_widget.sidebar";
const REMEMBERED = "ee-export-widget:kernel";

/** Version of the messages between kernel and page that the form's widgets speak. */
const PROTOCOL = 2;

/** A kernel that has not answered for so long is busy with a cell, and the panel says so. */
const BUSY_MS = 1500;

/** How often the server is asked whether the kernel is still there, while the panel is in sight. */
const ASK_MS = 5000;

/**
 * @param {object} given
 * @param {App} given.app
 * @param {Services} given.services
 * @param {LuminoWidget} given.panel
 * @param {any} given.modules what the page shares
 * @param {typeof import("./cells.js")} given.cells
 * @param {typeof import("./kernels.js")} given.kernels
 * @param {typeof import("./words.js")} given.words
 * @param {typeof import("./elements.js")} given.elements
 */
export function panelControl({ app, services, panel, modules, cells, kernels, words, elements }) {
  const { bar, note, form } = elements.furnish(panel, modules.widgets);
  const notebooks = services.notebooks;

  /** @type {Place | null} */
  let place = null;
  /** @type {Renderer | null} */
  let shown = null;
  /** Counts attempts: an answer to an earlier one is no longer wanted. */
  let turn = 0;
  /** Whether the form that comes next follows on one whose kernel has ended. */
  let restarted = false;
  /** @type {Promise<Place> | null} */
  let own = null;
  /** @type {() => void} */
  let unwatch = () => {};

  /** Whether the panel asks just now where to go. */
  let asks = false;
  /** @param {Words | null} what */
  const say = (what) => {
    asks = false;
    elements.say(note, what);
  };
  const front = () => notebooks?.currentWidget ?? null;

  /** Puts the form out of sight, or marks it as one that does not answer. @param {boolean} stale */
  function mark(stale) {
    form.node.classList.toggle("eew-side-stale", stale);
    form.node.inert = stale;
  }

  function drop() {
    unwatch();
    unwatch = () => {};
    shown?.dispose();
    shown = null;
    mark(false);
  }

  /** @param {Place} next */
  async function attach(next) {
    const mine = ++turn;
    drop();
    place = next;
    remember(next.path);
    elements.name(bar, next);
    say(words.opening(next));
    try {
      await next.context.ready;
      const kernel = next.context.session?.kernel;
      if (mine !== turn) return;
      watch(next);
      if (!kernel) return say(words.noKernel(next, { start: () => void restart(next), own: () => void useOwn() }));
      const { language_info } = await kernel.info;
      if (mine !== turn) return;
      if (language_info.name !== "python") {
        return say(words.otherLanguage(next, language_info.name, { own: () => void useOwn() }));
      }
      const { model_id } = await askPatiently(mine, next, kernel);
      if (mine === turn) await draw(mine, next, model_id);
    } catch (error) {
      if (mine === turn) say(words.failed(error, next, { again: () => void attach(next), own: () => void useOwn() }));
    }
  }

  /**
   * Asks a kernel for its form, and says so while a cell keeps it from answering.
   * @param {number} mine
   * @param {Place} next
   * @param {Kernel} kernel
   */
  async function askPatiently(mine, next, kernel) {
    const tell = (/** @type {Words} */ what) => mine === turn && say(what);
    const timer = setTimeout(() => tell(words.busy(next)), BUSY_MS);
    const began = () => {
      clearTimeout(timer);
      tell(words.opening(next));
    };
    try {
      return await kernels.ask(kernel, "open_panel", [next.path], began);
    } finally {
      clearTimeout(timer);
    }
  }

  /** @param {number} mine @param {Place} next @param {string} model_id */
  async function draw(mine, next, model_id) {
    shown = next.rendermime.createRenderer(MIME);
    form.addWidget(shown);
    const data = { [MIME]: { model_id, version_major: 2, version_minor: 0 } };
    await shown.renderModel(next.rendermime.createModel({ data, trusted: true }));
    // Meanwhile the person may have gone elsewhere, and what there is to say is of that place.
    if (mine !== turn) return;
    say(restarted ? words.restarted() : null);
    restarted = false;
    notebooks?.forEach(prepare);
  }

  /** Kernels that were asked to load the form. @type {WeakSet<Kernel>} */
  const prepared = new WeakSet();
  /** One after the other: what the person does comes first. */
  let preparing = Promise.resolve();

  /** Lets the kernel of another notebook load the form ahead while it is idle. @param {NotebookPanel} notebook */
  function prepare(notebook) {
    preparing = preparing.then(async () => {
      const kernel = notebook.sessionContext.session?.kernel;
      if (!kernel || kernel.status !== "idle" || prepared.has(kernel)) return;
      if (!shown || !panel.isVisible || notebook === place?.notebook) return;
      prepared.add(kernel);
      await kernels.warm(kernels.notebookPlace(notebook));
    });
  }

  /** Follows what becomes of a kernel. @param {Place} next */
  function watch(next) {
    const { context } = next;
    let [wasGone, waits] = [false, false];
    const gone = () => {
      if (wasGone) return;
      wasGone = true;
      mark(true);
      say(words.gone(next, { start: () => void restart(next), own: () => void useOwn() }));
    };
    const status = (/** @type {unknown} */ _context, /** @type {string} */ now) => {
      if (now === "restarting" || now === "autorestarting") {
        restarted = waits = true;
        mark(true);
        say(words.restarting());
      } else if (now === "dead") gone();
      else if (waits && now === "idle") void attach(next);
    };
    const changed = (/** @type {unknown} */ _context, /** @type {{ newValue: Kernel | null }} */ { newValue }) => {
      if (newValue) void attach(next);
      else gone();
    };
    const ask = setInterval(async () => {
      const id = context.session?.kernel?.id;
      if (!panel.isVisible || wasGone || !id) return;
      try {
        const running = await modules.services.KernelAPI.listRunning(app.serviceManager.serverSettings);
        if (!running.some((/** @type {{ id: string }} */ kernel) => kernel.id === id)) gone();
        else if (lost) unsay();
      } catch {
        lost = true;
        mark(true);
        say(words.unreachable());
      }
    }, ASK_MS);
    let lost = false;
    const unsay = () => {
      lost = false;
      mark(false);
      say(null);
    };
    const closed = () => leave(next);
    const renamed = () => {
      if (!next.notebook) return;
      Object.assign(next, kernels.notebookPlace(next.notebook));
      remember(next.path);
      elements.name(bar, next);
    };
    context.statusChanged.connect(status);
    context.kernelChanged.connect(changed);
    next.notebook?.disposed.connect(closed);
    next.notebook?.context.pathChanged.connect(renamed);
    unwatch = () => {
      clearInterval(ask);
      context.statusChanged.disconnect(status);
      context.kernelChanged.disconnect(changed);
      next.notebook?.disposed.disconnect(closed);
      next.notebook?.context.pathChanged.disconnect(renamed);
    };
  }

  /** Starts a kernel where there is none any more. @param {Place} at */
  async function restart(at) {
    restarted = shown !== null;
    if (!at.notebook) {
      own = null;
      return useOwn();
    }
    const name = at.context.session?.kernel?.name ?? at.context.kernelPreference.name;
    // The page may not have noticed yet that the session is gone, and would ask for its old kernel.
    await app.serviceManager.sessions.refreshRunning();
    await at.context.changeKernel({ name });
  }

  /** The notebook that the panel worked in was closed. @param {Place} left */
  function leave(left) {
    if (place !== left) return;
    turn += 1;
    drop();
    place = null;
    elements.name(bar, null);
    const next = front();
    if (next && !next.isDisposed && next !== left.notebook) void attach(kernels.notebookPlace(next));
    else say(words.closed(left, { own: () => void useOwn() }));
  }

  async function useOwn() {
    const mine = ++turn;
    drop();
    elements.name(bar, null);
    say(words.starting());
    try {
      own ??= kernels.ownPlace(app, modules.parts, /** @type {RenderMime} */ (services.rendermime));
      const next = await own;
      if (mine === turn) await attach(next);
    } catch (error) {
      own = null;
      if (mine === turn) say(words.failed(error, null, { again: () => void useOwn() }));
    }
  }

  /** Works in the notebook in front, or in a kernel of its own where there is none. */
  async function open() {
    if (!services.registry || !modules.parts.registerWidgetManager) return say(words.noManager());
    if (modules.protocol < PROTOCOL) return say(words.oldManager());
    if (place) return follow();
    if (sessionStorage.getItem(REMEMBERED) === kernels.OWN_PATH && (await ownRuns())) {
      await useOwn();
      return follow();
    }
    const notebook = remembered() ?? front();
    await (notebook ? attach(kernels.notebookPlace(notebook)) : useOwn());
  }

  /** Tells whether our own kernel runs already. */
  const ownRuns = async () => Boolean(await app.serviceManager.sessions.findByPath(kernels.OWN_PATH));

  /** Goes where the person has gone: at once while nothing would be left behind, asked otherwise. */
  async function follow() {
    const notebook = front();
    if (asks && notebook === place?.notebook) say(null);
    if (!panel.isVisible || !notebook || notebook === place?.notebook) return;
    const there = kernels.notebookPlace(notebook);
    const from = place;
    const kernel = from?.context.session?.kernel;
    if (from && kernel && shown && (await touched(kernel))) {
      if (place !== from || front() !== notebook) return;
      say(words.otherInFront(from, there, { go: () => void attach(there), stay: () => say(null) }));
      asks = true;
      void kernels.warm(there);
    } else if (place === from && front() === notebook) await attach(there);
  }

  /** Tells whether a kernel's form has been worked on; one that is too busy to say is left alone. @param {Kernel} kernel */
  const touched = (kernel) =>
    Promise.race([
      kernels.ask(kernel, "panel_state", []).then(
        (state) => state.touched,
        () => false,
      ),
      new Promise((resolve) => setTimeout(() => resolve(true), BUSY_MS)),
    ]);

  /** Hears of forms that a notebook's cells want to show here. @param {NotebookPanel} notebook */
  function listen(notebook) {
    cells.followCells(notebook);
    const heard = (/** @type {Comm} */ comm, /** @type {Message} */ message) => {
      // A cell that another window has run is that window's to show and to answer.
      if (message.parent_header.session !== notebook.sessionContext.session?.kernel?.clientId) return;
      comm.send({ shown: true });
      reveal(message.content.data.side === "left" ? "left" : "right");
      // This form was made after any restart: nothing of one is to be said above it.
      restarted = false;
      // Where it takes the place of another in the kernel that is shown, there is no more to do.
      if (place?.notebook !== notebook || !shown) void attach(kernels.notebookPlace(notebook));
      else if (!asks) say(null);
    };
    const to = (/** @type {Kernel | null | undefined} */ kernel) => kernel?.registerCommTarget(TARGET, heard);
    notebook.sessionContext.kernelChanged.connect((_context, { newValue }) => to(newValue));
    to(notebook.sessionContext.session?.kernel);
    notebook.sessionContext.statusChanged.connect((_context, now) => {
      const kernel = notebook.sessionContext.session?.kernel;
      if (now === "idle") prepare(notebook);
      else if (kernel && now.endsWith("restarting")) prepared.delete(kernel);
    });
  }

  let side = "right";
  /** @param {string} wanted where the person has not chosen a side: that one JupyterLab keeps by itself */
  function reveal(wanted = side) {
    if (wanted !== side) app.shell.add(panel, wanted, { rank: elements.RANK });
    side = wanted;
    app.shell.activateById(panel.id);
  }

  /** @param {string} path */
  const remember = (path) => sessionStorage.setItem(REMEMBERED, path);
  /** Gives the notebook that this window worked in before it was loaded again. */
  function remembered() {
    const path = sessionStorage.getItem(REMEMBERED);
    /** @type {NotebookPanel | null} */
    let found = null;
    notebooks?.forEach((notebook) => {
      if (notebook.context.path === path) found = notebook;
    });
    return found;
  }

  notebooks?.forEach(listen);
  notebooks?.widgetAdded.connect((_tracker, notebook) => listen(notebook));
  notebooks?.currentChanged.connect(() => void (panel.isVisible && open()));
  return { open, reveal };
}
