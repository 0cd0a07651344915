/** Work on many things, some at the same time. */

/** Call WORK for each of THINGS, at most WIDTH at the same time, in their order; no new one once ENOUGH says so. */
export async function inLanes<T>(
  things: Iterable<T>,
  width: number,
  work: (thing: T) => Promise<void>,
  enough: () => boolean = () => false,
): Promise<void> {
  const queue = things[Symbol.iterator]();
  let failed = false;
  const lane = async (): Promise<void> => {
    try {
      while (!failed && !enough()) {
        const next = queue.next();
        if (next.done === true) return;
        await work(next.value);
      }
    } catch (error) {
      failed = true;
      throw error;
    }
  };
  const ended = await Promise.allSettled(Array.from({ length: Math.max(1, width) }, lane));
  for (const one of ended) if (one.status === 'rejected') throw one.reason;
}
