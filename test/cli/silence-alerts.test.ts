import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { tmpdir } from "node:os";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { CONFIG, alert, postAlerts } from "../connectors/alertmanager/posting.ts";
import { debianBinary } from "../servers/debian.ts";
import { type MetricsServer, startAlertmanager } from "../servers/metrics-servers.ts";
import { drawValue } from "../script-values/values.ts";
import { FIXED_PART } from "../../src/remediation/fixed-part.ts";
import { renderScript } from "../../src/remediation/script.ts";
import { silenceStep } from "../../src/remediation/silence-step.ts";
import { seededRandom } from "../../src/stats/seeded-random.ts";
import { causeway } from "./run-cli.ts";

const Silences = z.array(
  z.object({
    id: z.string(),
    createdBy: z.string(),
    comment: z.string(),
    startsAt: z.string(),
    endsAt: z.string(),
    status: z.object({ state: z.string() }),
    matchers: z.array(z.object({ name: z.string(), value: z.string(), isRegex: z.boolean(), isEqual: z.boolean() })),
  }),
);
const Alerts = z.array(z.object({ labels: z.record(z.string(), z.string()), status: z.object({ state: z.string() }) }));

/** What an attacker who writes labels would like amtool, bash or Alertmanager to read. */
const HOSTILE = [
  ["path", `/api/{id}?x=1,y=~".*`.replace('"', "'")],
  ["note", `'; touch pwned; $(touch pwned) \`touch pwned\` #`],
  ["option", "--alertmanager.url=http://127.0.0.1:1"],
  ["spaces", "  two  "],
  ["regex", ".*"],
  ["unicode", "Zürich → 東京"],
] as const;

describe("causeway silence, at a real Alertmanager", () => {
  let server: MetricsServer;
  let amtool = "";
  const home = mkdtempSync(join(tmpdir(), "causeway-silence-"));
  beforeAll(async () => {
    [server, amtool] = [await startAlertmanager({ config: CONFIG }), await debianBinary("amtool")];
    await postAlerts(server.url, [
      alert("HighErrorRate", "checkout", { severity: "critical", ...Object.fromEntries(HOSTILE) }),
    ]);
  });
  afterAll(() => server.stop());

  const run = (argv: string[], more: Record<string, string> = {}) =>
    causeway(argv, {
      env: { PATH: process.env.PATH ?? "", CAUSEWAY_HOME: home, ALERTMANAGER_URL: server.url, ...more },
    });
  const withExecutor = () => ({ CAUSEWAY_EXECUTOR: "local", CAUSEWAY_EXECUTOR_PROGRAMS: amtool });
  const silences = async () => Silences.parse(await (await fetch(`${server.url}/api/v2/silences`)).json());
  const stateOf = async (other: string): Promise<string | undefined> => {
    const all = Alerts.parse(await (await fetch(`${server.url}/api/v2/alerts`)).json());
    return all.find(({ labels }) => labels.path === other)?.status.state;
  };
  function scriptFor(alerts: readonly Record<string, string>[]) {
    const built = silenceStep({ alerts, url: server.url, incidentId: "inc-1", minutes: 60 });
    if (!built.ok) return built;
    const target = { id: "checkout", kind: "service" };
    const expiresAtMs = 4_102_444_800_000;
    return renderScript({ ...built, runbook: "silence", incidentId: "inc-1", target, expiresAtMs });
  }
  const approved = (text: string): string => /^Script:\s+(.+)$/m.exec(text)?.[1] ?? "";

  it("proposes, waits for approval, silences exactly the alert for the time, verifies, and undoes", async () => {
    const { investigated } = JSON.parse((await run(["investigate", "--alertmanager", server.url, "--json"])).stdout);
    const analysis: string = investigated[0].report.analysis_id;
    // the same rule and service, but another instance: it must still notify
    await postAlerts(server.url, [alert("HighErrorRate", "checkout", { severity: "critical", path: "/other" })]);

    const proposed = JSON.parse((await run(["silence", analysis, "--for", "30m", "--json"])).stdout);
    expect(proposed.alerts).toEqual([
      expect.objectContaining({ alertname: "HighErrorRate", ...Object.fromEntries(HOSTILE) }),
    ]);
    expect(await silences()).toEqual([]);
    const shown = await run(["show", analysis]);
    expect(shown.stdout).toContain("Silence the alert of the incident for 30 minutes: HighErrorRate");

    const early = await run(["execute", proposed.action_id], withExecutor());
    expect(early).toMatchObject({ code: 1, stderr: expect.stringContaining("not_approved") });
    const approval = await run(["approve", proposed.action_id, "--by", "Ada L."], withExecutor());
    expect(approval.code).toBe(0);
    expect(approval.stdout).toMatch(/^Valid: {4}30 minutes, until \d{4}-\d\d-\d\d \d\d:\d\d UTC$/m);
    expect(approval.stdout).toContain(`Nothing has run. Execute it:  causeway execute ${proposed.action_id}`);
    const missing = { ...withExecutor(), CAUSEWAY_EXECUTOR_PROGRAMS: join(home, "amtool") };
    expect(await run(["execute", proposed.action_id], missing)).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/amtool is not installed or not on the PATH[^]*CAUSEWAY_EXECUTOR_PROGRAMS/),
    });
    expect(await silences()).toEqual([]);

    const executed = await run(["execute", proposed.action_id], withExecutor());
    expect(executed.stdout + executed.stderr).toMatch(/: succeeded, symptom not measured$/m);
    const [made, ...others] = await silences();
    expect(others).toEqual([]);
    expect(made?.matchers.toSorted((a, b) => (a.name < b.name ? -1 : 1))).toEqual(
      Object.entries(proposed.alerts[0])
        .toSorted(([a], [b]) => (a < b ? -1 : 1))
        .map(([name, value]) => ({ name, value, isRegex: false, isEqual: true })),
    );
    const lastsMs = Date.parse(made?.endsAt ?? "") - Date.parse(made?.startsAt ?? "");
    expect(Math.round(lastsMs / 60_000)).toBe(30);
    expect(made).toMatchObject({
      createdBy: "Ada_L.",
      comment: `Causeway: incident ${investigated[0].incident_id}, approved by Ada_L.`,
      status: { state: "active" },
    });
    await expect.poll(() => stateOf(HOSTILE[0][1])).toBe("suppressed");
    expect(await stateOf("/other")).toBe("active");

    const again = await run(["execute", proposed.action_id], withExecutor());
    expect(again.stderr).toContain("executed_before");
    expect(await silences()).toHaveLength(1);
  });

  it("silences alerts with any text in their labels by exactly that text, or refuses", async () => {
    const random = seededRandom(23);
    const alerts: Record<string, string>[] = [];
    let refused = 0;
    while (alerts.length < 20) {
      const labels = { alertname: `Drawn${alerts.length}`, drawn: drawValue(random) };
      if (scriptFor([labels]).ok) alerts.push(labels);
      else refused += 1;
    }
    expect(refused).toBeGreaterThan(0);
    const rendered = scriptFor(alerts);
    if (!rendered.ok) throw new Error(rendered.why);
    const folder = mkdtempSync(join(home, "drawn-"));
    writeFileSync(join(folder, "s.sh"), rendered.script);
    writeFileSync(join(folder, FIXED_PART.fileName), FIXED_PART.text);
    execFileSync("bash", [join(folder, "s.sh"), "--apply", "--approver", "drawn"], {
      stdio: "pipe",
      cwd: folder,
      env: { PATH: `${dirname(amtool)}:${process.env.PATH}` },
    });
    const made = (await silences()).filter(({ createdBy }) => createdBy === "drawn");
    const asLabels = made.map(({ matchers }) => Object.fromEntries(matchers.map(({ name, value }) => [name, value])));
    const byName = (a: Record<string, string>, b: Record<string, string>) =>
      (a.alertname ?? "") < (b.alertname ?? "") ? -1 : 1;
    expect(asLabels.toSorted(byName)).toEqual(alerts.toSorted(byName));
    expect(made.flatMap(({ matchers }) => matchers).every(({ isEqual, isRegex }) => isEqual && !isRegex)).toBe(true);
    expect(existsSync(join(folder, "pwned"))).toBe(false);
  });

  it("runs by hand too: it wants the approver's name, and its rollback expires this silence and no other", async () => {
    const { investigated } = JSON.parse(
      (await run(["investigate", "--alertmanager", server.url, "--json", "--filter", 'path="/other"'])).stdout,
    );
    const proposed = JSON.parse((await run(["silence", investigated[0].report.analysis_id, "--json"])).stdout);
    const approval = await run(["approve", proposed.action_id]);
    expect(approval.stdout).toContain("--apply --approver NAME");
    expect(approval.stdout).toMatch(/Nothing has run. Test it: {2}bash /);
    expect(approval.stdout).not.toContain("causeway execute");
    const script = approved(approval.stdout);
    const before = await silences();
    const bash = (...args: string[]) =>
      execFileSync("bash", [script, ...args], {
        encoding: "utf8",
        stdio: "pipe",
        env: { PATH: `${dirname(amtool)}:${process.env.PATH}` },
      });
    expect(bash("--check")).toMatch(/would change/);
    expect(() => bash("--apply")).toThrow(/name who approved it/);
    expect(await silences()).toEqual(before);
    expect(bash("--apply", "--approver", "bob")).toMatch(/silence \S+ is there/);
    const mine = (await silences()).find(({ createdBy }) => createdBy === "bob");
    expect(mine).toMatchObject({ status: { state: "active" } });
    expect(bash("rollback", "--apply")).toContain(`silence expire ${mine?.id}`);
    const after = await silences();
    expect(after.find(({ id }) => id === mine?.id)?.status.state).toBe("expired");
    expect(after.filter(({ status }) => status.state === "active")).toHaveLength(
      before.filter(({ status }) => status.state === "active").length,
    );
    expect(() => bash("verify", "--check")).toThrow(/is not there/);
  });

  it("refuses what it cannot silence exactly, and says what to do without an Alertmanager or an alert that fires", async () => {
    const { investigated } = JSON.parse((await run(["investigate", "--alertmanager", server.url, "--json"])).stdout);
    const analysis: string = investigated[0].report.analysis_id;
    const none = await causeway(["silence", analysis], { env: { CAUSEWAY_HOME: home } });
    expect(none).toMatchObject({ code: 1, stderr: expect.stringContaining("ALERTMANAGER_URL") });
    const other = await run(["silence", analysis, "--alert", "Nothing"]);
    expect(other).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/fires at an Alertmanager now with the name/),
    });
    const long = await run(["silence", analysis, "--for", "48h"]);
    expect(long).toMatchObject({ code: 1, stderr: expect.stringContaining("from 5 minutes to 24 hours") });
    const odd = await run(["silence", analysis, "--for", "soon"]);
    expect(odd).toMatchObject({ code: 1, stderr: expect.stringContaining("--for 30m") });
  });

  it("lets the one who asked for it not approve it where two people are needed", async () => {
    const policy = join(home, "two.yaml");
    writeFileSync(policy, "rules: [{ name: all, mode: two_approvers }]\n");
    const { investigated } = JSON.parse((await run(["investigate", "--alertmanager", server.url, "--json"])).stdout);
    const proposed = JSON.parse((await run(["silence", investigated[0].report.analysis_id, "--json"])).stdout);
    const policyCheck = await run(["policy", "check", proposed.action_id.replace(/-a\d+$/, "")]);
    expect(policyCheck).toMatchObject({ code: 1, stderr: expect.stringContaining("is an analysis") });
    expect(policyCheck.stderr).toContain(proposed.action_id);
    const approval = await run(["approve", proposed.action_id], { CAUSEWAY_POLICY: policy });
    expect(approval).toMatchObject({ code: 1, stderr: expect.stringMatching(/two different approvers/) });
  });

  it("refuses an alert whose labels name a person", async () => {
    await postAlerts(server.url, [
      alert("HighErrorRate", "checkout", { severity: "critical", owner: "ana@example.org" }),
    ]);
    const person = JSON.parse(
      (await run(["investigate", "--alertmanager", server.url, "--json", "--filter", 'owner=~".+"'])).stdout,
    );
    const masked = await run(["silence", person.investigated[0].report.analysis_id]);
    expect(masked).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("label owner is a secret or personal data"),
    });
  });
});
