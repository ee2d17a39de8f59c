import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { startCluster } from "../../src/lab/cluster/start-cluster.ts";
import { faultNamed } from "../../src/lab/trial/faults.ts";
import { runTrial, TRIAL_TIMES } from "../../src/lab/trial/run-trial.ts";
import { debianBinary } from "../servers/debian.ts";

// `causeway lab run --all` runs all faults.
it("breaks the market, finds the fault, executes the approved step, and sees customers served again", async () => {
  const folder = mkdtempSync(join(tmpdir(), "causeway-live-lab-"));
  const [kubectl, prometheus, alertmanager] = await Promise.all([
    debianBinary("kubectl"),
    debianBinary("prometheus"),
    debianBinary("alertmanager"),
  ]);
  try {
    const result = await runTrial({
      fault: faultNamed("scaled-to-zero"),
      seed: 5,
      folder,
      programs: { kubectl, prometheus, alertmanager },
      causeway: [process.execPath, join(import.meta.dirname, "../../bin/causeway.js")],
      env: process.env,
      startCluster,
      wrongWorkload: null,
      // a busy computer takes longer for each step, and the trial ends as soon as it is decided
      times: { ...TRIAL_TIMES, quiet: 25_000, alertWithin: 180_000, recoverWithin: 420_000 },
      say: (what) => void process.stdout.write(`${what}\n`),
      onReport: () => {},
      recordTo: null,
      signal: new AbortController().signal,
    });
    expect(result.analysis?.causes[0]?.entity).toBe("cart");
    expect(result.executed.map(({ state }) => state)).toContain("succeeded");
    expect(result.recoveredMs).not.toBe(null);
    expect(result.harmed).toEqual([]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
