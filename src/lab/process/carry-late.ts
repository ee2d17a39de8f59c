import type { Socket } from "node:net";

/**
 * Passes bytes on, each chunk after its time, in order; also the end of the stream.
 *
 * @param heldMs how long the next chunk is held back, milliseconds; asked for each chunk.
 */
export function carryLate(from: Socket, to: Socket, heldMs: () => number): void {
  const held: (() => void)[] = [];
  let dueMs = 0;
  const later = (act: () => void): void => {
    const ms = Math.max(0, heldMs());
    if (ms === 0 && held.length === 0) return act();
    dueMs = Math.max(dueMs, performance.now() + ms);
    held.push(act); // timers may fire out of order within a millisecond, so each releases the oldest chunk
    setTimeout(() => held.shift()?.(), dueMs - performance.now());
  };
  from.on("data", (chunk) => later(() => void (to.writable && to.write(chunk))));
  from.on("end", () => later(() => void to.end()));
  from.on("error", () => to.destroy());
  from.on("close", () => later(() => void to.end()));
}
