/** @import { Edit, FieldValue } from "../views.js" */

const QUIET_MS = 150;

/**
 * What the person has entered and the kernel has not yet taken in. It is shown in place of the view's
 * value, so that an older view never overwrites what is being typed.
 * @param {(edit: Edit) => void} send
 * @param {() => number} ack highest number that the kernel has taken in
 * @param {{ later?: (call: () => void, ms: number) => any, cancel?: (timer: any) => void }} [clock]
 */
export function typing(send, ack, { later = setTimeout, cancel = clearTimeout } = {}) {
  /** @type {Map<string, { value: FieldValue, seq: number, timer?: any }>} `seq` is 0 until it was sent */
  const entered = new Map();
  let last = 0;

  /** @param {string} field */
  function flush(field) {
    const entry = entered.get(field);
    if (!entry || entry.seq) return;
    cancel(entry.timer);
    entry.seq = last = Math.max(last, ack()) + 1; // above what other views of this form have used
    send({ event: "edit", field, value: entry.value, seq: entry.seq });
  }

  return {
    flush,
    /**
     * Takes an entry: sent after a short silence, or `now`.
     * @param {string} field
     * @param {FieldValue} value
     * @param {boolean} [now]
     */
    enter(field, value, now = false) {
      const before = entered.get(field);
      if (before) cancel(before.timer);
      entered.set(field, { value, seq: 0, timer: now ? undefined : later(() => flush(field), QUIET_MS) });
      if (now) flush(field);
    },
    /**
     * What to show for a field whose view says `value`.
     * @param {string} field
     * @param {FieldValue} value
     */
    latest(field, value) {
      const entry = entered.get(field);
      if (entry && entry.seq && entry.seq <= ack()) entered.delete(field);
      return entered.get(field)?.value ?? value;
    },
    stop() {
      for (const { timer } of entered.values()) cancel(timer);
      entered.clear();
    },
  };
}
