/** The parts of JupyterLab that the panel uses: no more of them than that, and no package to install for it. */

export interface Signal<S, A> {
  connect(slot: (sender: S, args: A) => void): void;
  disconnect(slot: (sender: S, args: A) => void): void;
}

export interface LuminoWidget {
  id: string;
  node: HTMLElement;
  title: { label: string; caption: string; icon: unknown };
  isVisible: boolean;
  isDisposed: boolean;
  disposed: Signal<LuminoWidget, void>;
  addClass(name: string): void;
  addWidget(widget: LuminoWidget): void;
  dispose(): void;
}

export interface Message {
  parent_header: { session?: string };
  content: { data: Record<string, unknown> };
}

export interface Comm {
  send(data: unknown): void;
}

export interface ExpressionResult {
  status: "ok" | "error";
  data?: Record<string, unknown>;
  ename?: string;
  evalue?: string;
}

export interface Kernel {
  id: string;
  clientId: string;
  name: string;
  status: string;
  connectionStatus: string;
  isDisposed: boolean;
  info: Promise<{ language_info: { name: string } }>;
  requestExecute(content: Record<string, unknown>): {
    done: Promise<{ content: { status: string; ename?: string; user_expressions?: Record<string, ExpressionResult> } }>;
    onIOPub: (message: unknown) => void;
  };
  registerCommTarget(name: string, heard: (comm: Comm, message: Message) => void): void;
}

export interface SessionContext {
  path: string;
  ready: Promise<void>;
  isReady: boolean;
  isDisposed: boolean;
  session: { kernel: Kernel | null } | null;
  kernelDisplayName: string;
  statusChanged: Signal<SessionContext, string>;
  connectionStatusChanged: Signal<SessionContext, string>;
  kernelChanged: Signal<SessionContext, { oldValue: Kernel | null; newValue: Kernel | null }>;
  initialize(): Promise<boolean>;
  kernelPreference: { name?: string };
  changeKernel(options: { name?: string }): Promise<unknown>;
  shutdown(): Promise<void>;
  dispose(): void;
}

export interface Renderer extends LuminoWidget {
  renderModel(model: unknown): Promise<void>;
}

export interface RenderMime {
  clone(): RenderMime;
  createRenderer(mimeType: string): Renderer;
  createModel(options: unknown): unknown;
}

export interface NotebookPanel extends LuminoWidget {
  sessionContext: SessionContext;
  context: { path: string; pathChanged: Signal<unknown, string> };
  content: { rendermime: RenderMime; widgets: LuminoWidget[] };
}

export interface NotebookTracker {
  currentWidget: NotebookPanel | null;
  currentChanged: Signal<NotebookTracker, NotebookPanel | null>;
  widgetAdded: Signal<NotebookTracker, NotebookPanel>;
  forEach(each: (panel: NotebookPanel) => void): void;
}

export interface App {
  name: string;
  restored: Promise<void>;
  shell: {
    add(widget: LuminoWidget, area: string, options: { rank: number }): void;
    activateById(id: string): void;
  };
  commands: { addCommand(name: string, options: Record<string, unknown>): void };
  serviceManager: {
    serverSettings: unknown;
    sessions: {
      refreshRunning(): Promise<void>;
      findByPath(path: string): Promise<unknown>;
      startNew(options: Record<string, unknown>): Promise<{ dispose(): void }>;
    };
    kernels: unknown;
    kernelspecs: { ready: Promise<void>; specs: { default: string; kernelspecs: Record<string, { language: string }> } | null };
  };
}

/** Optional services of the page; what it does not have is null. */
export interface Services {
  registry: unknown;
  rendermime: RenderMime | null;
  notebooks: NotebookTracker | null;
  palette: { addItem(item: { command: string; category: string }): void } | null;
  launcher: { add(item: Record<string, unknown>): void } | null;
  menu: { viewMenu: { addGroup(items: { command: string }[], rank: number): void } } | null;
  lab: unknown;
  restorer: { add(widget: LuminoWidget, name: string): void } | null;
  settings: { load(id: string): Promise<{ get(name: string): { composite: unknown } }> } | null;
}

/** What the container hands to our modules. */
export interface Loader {
  shared(name: string): Promise<any>;
  load(file: string): Promise<any>;
  at(file: string): string;
}
