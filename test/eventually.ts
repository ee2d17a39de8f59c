import { vi } from "vitest";
import { HANG_MS } from "./hang.ts";

/** Looks until it does not throw, and gives what it then returned. */
export const eventually = <T>(probe: () => T | Promise<T>): Promise<T> =>
  vi.waitFor(probe, { timeout: HANG_MS, interval: 20 });
