/**
 * The container through which JupyterLab finds our plugin: what a bundler would write, without a bundler.
 *
 * JupyterLab adds this file as a classic script and hands over the modules that all extensions share. Its
 * address carries a fingerprint of this folder; our own modules are asked for with the same one, so that no
 * browser mixes releases.
 */
(() => {
  const NAME = "ee-export-widget";
  const here = /** @type {HTMLScriptElement} */ (document.currentScript).src;

  /** @typedef {Record<string, { get(): Promise<() => any>, loaded?: boolean | number }>} Versions */
  /** @type {Record<string, Versions> | undefined} */
  let scope;

  /** @param {string} version */
  const numbers = (version) => version.split(/[.+-]/).map((part) => Number.parseInt(part, 10) || 0);

  /** @param {string} a @param {string} b */
  const newer = (a, b) => {
    const [x, y] = [numbers(a), numbers(b)];
    const at = [0, 1, 2].find((index) => x[index] !== y[index]);
    return at !== undefined && (x[at] ?? 0) > (y[at] ?? 0);
  };

  /**
   * Gives a module that the page shares: the version in use, or else the newest; null where it has none.
   * @param {string} name
   */
  const shared = async (name) => {
    const versions = scope?.[name];
    if (!versions) return null;
    const all = Object.keys(versions);
    const best = all.find((version) => versions[version].loaded) ?? all.reduce((a, b) => (newer(b, a) ? b : a));
    return (await versions[best].get())();
  };

  /**
   * Gives the address of a file beside this one.
   * @param {string} file
   */
  const at = (file) => new URL(file + new URL(here).search, here).href;

  const page = /** @type {any} */ (globalThis);
  page._JUPYTERLAB ??= {};
  page._JUPYTERLAB[NAME] = {
    /** @param {Record<string, Versions>} given */
    init: (given) => {
      scope = given;
    },
    get: async () => {
      const load = (/** @type {string} */ file) => import(at(file));
      const { makePlugin } = await load("plugin.js");
      const plugin = await makePlugin({ shared, load, at });
      return () => ({ __esModule: true, default: plugin });
    },
  };
})();
