/** A borrowed connection. `release` returns it; later calls do nothing. */
export type PooledConnection<C> = { connection: C; waitedMs: number; release: () => void };
/** Result of a failed wait, with the state of the pool when the wait ended. */
export type Exhausted = { exhausted: true; waitedMs: number; inUse: number; size: number; waiting: number };
export type Pool<C> = {
  /** First come, first served. Resolves to `Exhausted` if no connection became free within the pool's timeout. */
  acquire: () => Promise<PooledConnection<C> | Exhausted>;
  readonly inUse: number;
  readonly size: number;
  readonly waiting: number;
};

type Waiter<C> = (connection: C) => void;

/**
 * Creates a pool of a fixed set of connections. A connection that is never released stays lost: the pool does not
 * repair leaks.
 */
export function createPool<C>(connections: readonly C[], { acquireTimeoutMs }: { acquireTimeoutMs: number }): Pool<C> {
  const idle = [...connections];
  const waiters = new Set<Waiter<C>>();
  const size = connections.length;

  const giveBack = (connection: C): void => {
    const [next] = waiters;
    if (next === undefined) return void idle.push(connection);
    waiters.delete(next);
    next(connection);
  };
  const lend = (connection: C, waitedMs: number): PooledConnection<C> => {
    let released = false;
    return {
      connection,
      waitedMs,
      release() {
        if (!released) giveBack(connection);
        released = true;
      },
    };
  };

  return {
    acquire() {
      const free = idle.pop();
      if (free !== undefined) return Promise.resolve(lend(free, 0));
      const startMs = performance.now();
      return new Promise((resolve) => {
        const waiter: Waiter<C> = (connection) => {
          clearTimeout(deadline);
          resolve(lend(connection, performance.now() - startMs));
        };
        const deadline = setTimeout(() => {
          const waiting = waiters.size;
          waiters.delete(waiter);
          resolve({ exhausted: true, waitedMs: performance.now() - startMs, inUse: size - idle.length, size, waiting });
        }, acquireTimeoutMs);
        waiters.add(waiter);
      });
    },
    get inUse() {
      return size - idle.length;
    },
    get size() {
      return size;
    },
    get waiting() {
      return waiters.size;
    },
  };
}
