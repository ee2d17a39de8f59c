import { vi } from "vitest";
import { HANG_MS } from "./hang.ts";

/** Repeats a check until it does not throw, and returns its result. */
export const eventually = <T>(probe: () => T | Promise<T>): Promise<T> =>
  vi.waitFor(probe, { timeout: HANG_MS, interval: 20 });
