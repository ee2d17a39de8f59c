import { type Browser, chromium } from "playwright-core";

const PATHS = { executablePath: process.env.CAUSEWAY_TEST_CHROMIUM_BIN ?? "/usr/bin/chromium" };
const ARGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Debian's Chromium, without a window, with an empty profile of its own. */
export const startChromium = (): Promise<Browser> => chromium.launch({ ...PATHS, args: ARGS });
