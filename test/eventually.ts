import { vi } from "vitest";
import { HANG_MS } from "./hang.ts";

/** Looks until it does not throw, and gives what it then returned. */
export const eventually = <T>(look: () => T | Promise<T>): Promise<T> =>
  vi.waitFor(look, { timeout: HANG_MS, interval: 20 });
