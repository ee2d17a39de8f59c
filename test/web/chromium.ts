import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";
import { ENVIRONMENT } from "../../src/host.ts";

const PLACES = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
const HINT =
  "Install it with `apt-get install chromium`, or set CAUSEWAY_TEST_CHROMIUM_BIN to a Chromium or Chrome of this machine.";

/** The browser of this machine; as root it is installed where it is missing. @throws {Error} with what to do. */
function chromiumPath(): string {
  const given = ENVIRONMENT.CAUSEWAY_TEST_CHROMIUM_BIN;
  const found = (given === undefined ? PLACES : [given]).find((path) => existsSync(path));
  if (found !== undefined) return found;
  if (given === undefined && process.getuid?.() === 0) {
    const options = { stdio: "ignore", timeout: 300_000 } as const;
    spawnSync("apt-get", ["update"], options);
    spawnSync("apt-get", ["install", "-y", "--no-install-recommends", "chromium"], options);
    const installed = PLACES.find((path) => existsSync(path));
    if (installed !== undefined) return installed;
  }
  throw new Error(`There is no Chromium${given === undefined ? "" : ` at ${given}`}. ${HINT}`);
}

/** Starts a headless Chromium with an empty profile, which reaches no other server by itself. */
export const startChromium = (): Promise<Browser> =>
  chromium.launch({
    executablePath: chromiumPath(),
    timeout: 120_000,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      "--disable-dev-shm-usage",
    ],
  });
