/** How often a gesture may speak. A kernel that gets more falls behind and follows the pointer late. */
const INTERVAL_MS = 67;

/** @typedef {{now(): number, later(call: () => void, ms: number): unknown, forget(timer: unknown): void}} Clock */

/** @type {Clock} */
const CLOCK = {
  now: () => performance.now(),
  later: (call, ms) => setTimeout(call, ms),
  forget: (timer) => clearTimeout(/** @type {number} */ (timer)),
};

/**
 * Sends messages at most so often; of those that come in between only the newest goes out, and it always does.
 *
 * @template T
 * @param {(message: T) => void} send
 * @param {{intervalMs?: number, clock?: Clock, merge?: (older: T, newer: T) => T}} [options]
 *   `merge` makes one message of two where the older one must not be lost
 */
export function newest(send, { intervalMs = INTERVAL_MS, clock = CLOCK, merge = (_, newer) => newer } = {}) {
  /** @type {{message: T} | null} */
  let waiting = null;
  /** @type {unknown} */
  let timer;
  let due = -Infinity;

  const stop = () => {
    clock.forget(timer);
    waiting = null;
  };
  /** @param {T} message */
  const go = (message) => {
    stop();
    due = clock.now() + intervalMs;
    send(message);
  };

  return {
    /** Send now or soon. @param {T} message */
    offer(message) {
      if (waiting) {
        waiting.message = merge(waiting.message, message);
      } else if (clock.now() >= due) {
        go(message);
      } else {
        waiting = { message };
        timer = clock.later(() => waiting && go(waiting.message), due - clock.now());
      }
    },
    /** Send now, in place of anything that waits: the first or the last word of a gesture. */
    insist: go,
    /** Send what waits. */
    flush() {
      if (waiting) go(waiting.message);
    },
    stop,
  };
}
