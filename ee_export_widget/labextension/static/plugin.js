/** The plugin: what JupyterLab and Notebook 7 activate, and where the panel can be found. */

/** @import { App, Loader, Services } from "../lab.js" */

const ID = "ee-export-widget:plugin";
const OPEN = "ee-export-widget:open";
const LABEL = "Image export";
const SEEN = "ee-export-widget:open";
const CAPTION = "Compose, check, submit and watch an Earth Engine image export";

/** @param {Loader} loader */
export async function makePlugin({ shared, load, at }) {
  const [application, apputils, base, coreutils, launcher, mainmenu, notebook, rendermime, settings] = await Promise.all(
    [
      "@jupyterlab/application",
      "@jupyterlab/apputils",
      "@jupyter-widgets/base",
      "@jupyterlab/coreutils",
      "@jupyterlab/launcher",
      "@jupyterlab/mainmenu",
      "@jupyterlab/notebook",
      "@jupyterlab/rendermime",
      "@jupyterlab/settingregistry",
    ].map(shared),
  );
  // Pages differ in what they have (Voila has the least): everything is optional, and asked for softly.
  const tokens = Object.entries({
    registry: base?.IJupyterWidgetRegistry,
    rendermime: rendermime?.IRenderMimeRegistry,
    notebooks: notebook?.INotebookTracker,
    palette: apputils?.ICommandPalette,
    launcher: launcher?.ILauncher,
    menu: mainmenu?.IMainMenu,
    lab: application?.ILabShell,
    restorer: application?.ILayoutRestorer,
    settings: settings?.ISettingRegistry,
  }).filter(([, token]) => token);
  return {
    id: ID,
    description: "Earth Engine image exports in the sidebar.",
    autoStart: true,
    optional: tokens.map(([, token]) => token),
    /** @param {App} app @param {unknown[]} given */
    activate: async (app, ...given) => {
      const services = /** @type {Services} */ (
        /** @type {unknown} */ (Object.fromEntries(tokens.map(([name], index) => [name, given[index] ?? null])))
      );
      const page = coreutils?.PageConfig.getOption("notebookPage") ?? "";
      const hasSidebar = services.lab || page === "notebooks";
      if (!hasSidebar || !services.notebooks || !services.rendermime) return;
      await furnish(app, services, { shared, load, at });
    },
  };
}

/** @param {App} app @param {Services} services @param {Loader} loader */
async function furnish(app, services, { shared, load, at }) {
  const [widgets, signaling, apputils, ui, jupyter, base, manager, ...ours] = await Promise.all([
    shared("@lumino/widgets"),
    shared("@lumino/signaling"),
    shared("@jupyterlab/apputils"),
    shared("@jupyterlab/ui-components"),
    shared("@jupyterlab/services"),
    services.registry ? shared("@jupyter-widgets/base") : null,
    services.registry ? shared("@jupyter-widgets/jupyterlab-manager") : null,
    ...["panel.js", "cells.js", "kernels.js", "words.js", "elements.js"].map(load),
  ]);
  const [control, cells, kernels, words, elements] = ours;
  const sheet = document.createElement("link");
  Object.assign(sheet, { rel: "stylesheet", href: at("panel.css") });
  document.head.append(sheet);

  const icon = new ui.LabIcon({ name: "ee-export-widget:export", svgstr: elements.ICON });
  /** Tells its listeners when it comes into sight. */
  class ExportPanel extends widgets.Panel {
    came = new signaling.Signal(this);
    onAfterShow() {
      sessionStorage.setItem(SEEN, "yes");
      this.came.emit();
    }
    onAfterHide() {
      sessionStorage.removeItem(SEEN);
    }
  }
  /** @type {import("../lab.js").LuminoWidget & { came: import("../lab.js").Signal<unknown, void> }} */
  const panel = /** @type {any} */ (new ExportPanel());
  panel.id = "ee-export-widget";
  Object.assign(panel.title, { icon, caption: LABEL });
  const modules = {
    services: jupyter,
    widgets,
    // 1 in the front end of ipywidgets 7, 2 in that of ipywidgets 8.
    protocol: Number.parseInt(base?.JUPYTER_WIDGETS_VERSION ?? "", 10),
    parts: {
      SessionContext: apputils.SessionContext,
      Signal: signaling.Signal,
      registerWidgetManager: manager?.registerWidgetManager,
    },
  };
  const { open, reveal } = control.panelControl({ app, services, panel, modules, cells, kernels, words, elements });
  // Before everything is restored nobody knows which notebook is in front.
  panel.came.connect(() => void app.restored.then(open));

  app.shell.add(panel, "right", { rank: elements.RANK });
  services.restorer?.add(panel, panel.id);
  app.commands.addCommand(OPEN, { label: LABEL, caption: CAPTION, icon, execute: () => reveal() });
  services.palette?.addItem({ command: OPEN, category: "Earth Engine" });
  services.launcher?.add({ command: OPEN, category: "Other" });
  services.menu?.viewMenu.addGroup([{ command: OPEN }], elements.RANK);
  const chosen = await services.settings?.load(ID).catch(() => null);
  // Notebook 7 does not remember by itself what was open.
  const wasOpen = !services.lab && sessionStorage.getItem(SEEN);
  if (wasOpen || chosen?.get("openAtStart").composite) void app.restored.then(() => reveal());
}
