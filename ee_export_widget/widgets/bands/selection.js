/**
 * The ticked bands, by name, so that they stay ticked when the table is filtered or the image changes.
 */
export function selection() {
  /** @type {Set<string>} */
  const ticked = new Set();
  let anchor = "";

  return {
    get size() {
      return ticked.size;
    },
    /** @param {string} id */
    has: (id) => ticked.has(id),
    clear: () => ticked.clear(),
    /**
     * Ticks or unticks one band; a range then starts from it.
     * @param {string} id
     */
    toggle(id) {
      if (!ticked.delete(id)) ticked.add(id);
      anchor = id;
    },
    /**
     * Ticks everything from the last band that was toggled to this one, in the order on the screen.
     * @param {string} id
     * @param {string[]} order
     */
    extend(id, order) {
      const from = Math.max(0, order.indexOf(anchor));
      const to = order.indexOf(id);
      for (const each of order.slice(Math.min(from, to), Math.max(from, to) + 1)) ticked.add(each);
    },
    /**
     * Ticks all of these, or unticks them where all are ticked.
     * @param {string[]} ids
     */
    toggleAll(ids) {
      const all = ids.every((id) => ticked.has(id));
      for (const id of ids) {
        if (all) ticked.delete(id);
        else ticked.add(id);
      }
    },
    /**
     * The ticked ones among these, in their order.
     * @param {string[]} ids
     */
    among: (ids) => ids.filter((id) => ticked.has(id)),
    /**
     * Forgets what is no longer there.
     * @param {string[]} ids
     */
    keep(ids) {
      const known = new Set(ids);
      for (const id of ticked) if (!known.has(id)) ticked.delete(id);
    },
  };
}
