import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterEach, expect, it } from "vitest";
import { readCall } from "../../src/bench/aiopslab/read-call.ts";
import { freePort } from "../servers/processes.ts";
import { problemOf } from "./problems.ts";

const home = (): string => mkdtempSync(join(tmpdir(), "causeway-aiopslab-"));
const BIN = join(import.meta.dirname, "../../bin/causeway.js");

const started: ChildProcess[] = [];
afterEach(() => void started.splice(0).forEach((one) => one.kill("SIGKILL")));

/** `causeway bench serve` as a process of its own. `port` 0: any free one. */
async function serve(dir: string, port = 0, ...more: string[]): Promise<{ child: ChildProcess; url: string }> {
  const child = spawn(process.execPath, [BIN, "bench", "serve", "--no-llm", "--port", String(port), ...more], {
    env: { PATH: process.env.PATH, CAUSEWAY_HOME: dir, LOG_LEVEL: "silent" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  started.push(child);
  for await (const line of createInterface({ input: child.stdout })) {
    const url = /http:\S+/.exec(line)?.[0];
    if (url !== undefined) return { child, url };
  }
  throw new Error("causeway bench serve ended before it listened");
}

type Recorded = {
  session_id: string;
  trace: { role: string; content: string }[];
  results: { solution: unknown; parse_errors: number };
};

/** Runs a problem with the real client in real Python. `onStep` gets the number of each step when it is done. */
async function orchestrate(url: string, problem: object, onStep: (step: number) => void = () => undefined) {
  const file = join(home(), "problem.json");
  writeFileSync(file, JSON.stringify(problem));
  const child = execFile("python3", [join(import.meta.dirname, "orchestrator.py"), file], {
    env: { PATH: process.env.PATH, CAUSEWAY_AGENT_URL: url, PYTHONDONTWRITEBYTECODE: "1" },
    maxBuffer: 64 * 1024 * 1024,
  });
  let [out, errors] = ["", ""];
  child.stdout?.on("data", (text: string) => (out += text));
  child.stderr?.on("data", (text: string) => {
    errors += text;
    for (const [, step] of text.matchAll(/^step (\d+)$/gm)) onStep(Number(step));
  });
  const [code] = (await once(child, "close")) as [number];
  if (code !== 0) throw new Error(`python3 orchestrator.py ended with ${code}. The test needs Python 3.9.\n${errors}`);
  return JSON.parse(out) as Recorded;
}
const actionsOf = ({ trace }: Recorded): string[] =>
  trace.filter(({ role }) => role === "assistant").map(({ content }) => content);

it("localizes, analyses and detects through the client in Python: each action parses, and it always submits", async () => {
  const { url } = await serve(home());
  const [localized, analysed, faulty, healthy, hurried] = await Promise.all([
    orchestrate(url, problemOf("localization", "scaled to zero")),
    orchestrate(url, problemOf("analysis", "scaled to zero")),
    orchestrate(url, problemOf("detection", "scaled to zero")),
    orchestrate(url, problemOf("detection", "none")),
    orchestrate(url, problemOf("localization", "scaled to zero", 4)),
  ]);
  expect(localized.results).toEqual({ solution: ["cart"], parse_errors: 0 });
  expect(analysed.results).toEqual({
    solution: { system_level: "Virtualization", fault_type: "Operation Error" },
    parse_errors: 0,
  });
  expect([faulty.results.solution, healthy.results.solution]).toEqual(["Yes", "No"]);
  expect(actionsOf(hurried).length).toBeLessThanOrEqual(4);
  for (const session of [localized, analysed, faulty, healthy, hurried]) {
    const actions = actionsOf(session);
    expect(actions.map((action) => readCall(action))).not.toContainEqual({ problem: expect.anything() });
    expect(actions.at(-1)).toMatch(/submit\(/);
    expect(new Set(actions).size).toBe(actions.length);
  }
});

it("goes on with a session after the server was killed in its middle", async () => {
  const dir = home();
  const port = await freePort();
  const first = await serve(dir, port);
  let again: Promise<unknown> = Promise.resolve();
  const session = await orchestrate(first.url, problemOf("localization", "scaled to zero"), (step) => {
    if (step !== 3) return;
    first.child.kill("SIGKILL");
    again = once(first.child, "exit").then(() => serve(dir, port));
  });
  await again;
  expect(session.results).toEqual({ solution: ["cart"], parse_errors: 0 });
  const actions = actionsOf(session);
  expect(new Set(actions).size).toBe(actions.length);
  const trace = await (await fetch(`${first.url}/v1/aiopslab/sessions/${session.session_id}/trace`)).json();
  expect(trace).toMatchObject({ status: "done", summary: expect.stringContaining("root_cause; cart") });
});

it("changes the cluster only where a policy approves it, and says so", async () => {
  const [manual, automatic, elsewhere] = await Promise.all([
    serve(home()),
    serve(home(), 0, "--auto-approve", "shop"),
    serve(home(), 0, "--auto-approve", "other"),
  ]);
  const problem = problemOf("mitigation", "out of memory");
  const [asks, acts, refuses] = await Promise.all(
    [manual, automatic, elsewhere].map(({ url }) => orchestrate(url, problem)),
  );
  const changes = (session: Recorded | undefined): string[] =>
    session === undefined ? [] : actionsOf(session).filter((text) => / (patch|scale|rollout|set) /.test(text));
  expect(changes(asks)).toEqual([]);
  expect(changes(refuses)).toEqual([]);
  expect(changes(acts)).toEqual([expect.stringMatching(/exec_shell\("kubectl (set|rollout) .*cart.* -n shop"\)/)]);
  const trace = await fetch(`${automatic.url}/v1/aiopslab/sessions/${acts?.session_id}/trace`);
  expect(await trace.json()).toMatchObject({ summary: expect.stringContaining("auto-approved in a benchmark") });
  expect(actionsOf(acts as Recorded).at(-1)).toContain("submit()");
});

it("refuses what is no problem, an unknown session, a left-out step, and other content", async () => {
  const { url } = await serve(home());
  const post = async (path: string, body: unknown, headers: Record<string, string> = {}) => {
    const response = await fetch(url + path, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: typeof body === "string" ? body : JSON.stringify(body),
    });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  const sessions = "/v1/aiopslab/sessions";
  expect(await post(sessions, { desc: "hello" })).toMatchObject({
    status: 422,
    body: { detail: "the description names no task" },
  });
  expect(await post(sessions, { desc: "detect anomalies" })).toMatchObject({ status: 422 });
  expect(await post(sessions, "{")).toMatchObject({ status: 422 });
  expect(await post(sessions, "a=b", { "content-type": "text/plain" })).toMatchObject({ status: 415 });
  expect(await post(`${sessions}/nope/actions`, { observation: "" })).toMatchObject({ status: 404 });
  const problem = problemOf("detection", "none");
  const { body } = await post(sessions, { desc: problem.desc, apis: problem.apis });
  expect(await post(`${sessions}/${String(body.id)}/actions`, { observation: "", step: 3 })).toMatchObject({
    status: 422,
    body: { detail: "step 3 came, but step 0 is next" },
  });
  const first = await post(`${sessions}/${String(body.id)}/actions`, { observation: "", step: 0 });
  const again = await post(`${sessions}/${String(body.id)}/actions`, { observation: "", step: 0 });
  expect(first).toMatchObject({ status: 200, body: { done: false } });
  expect(again).toEqual(first);
});
