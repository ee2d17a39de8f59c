import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { Report } from "../../src/domain/report.ts";
import { tempDir, writeCase } from "../compose/recorded-suite.ts";
import { listMetrics } from "../modelserver/requests.ts";
import { HANG_MS } from "../hang.ts";
import { causeway } from "./run-cli.ts";
import { served } from "./served-model.ts";

const complete = async (url: string, content: string, parts: object = {}): Promise<unknown> => {
  const body = JSON.stringify({ model: "m", messages: [{ role: "user", content }], ...parts });
  return (await fetch(`${url}/chat/completions`, { method: "POST", body })).json();
};

describe("causeway model serve", () => {
  it("shows requests to a person, sends only what fits, and records what was sent", async () => {
    const file = join(await tempDir(), "calls.jsonl");
    const { code, stdout, stderr, result } = await served(["--stdin", "--record", file], async (url, type) => {
      for (const line of [
        'call list_metrics {"limit":',
        "0}",
        'call list_metrics {"entity": "cart"}',
        "It is \u001b[31mfull.",
      ])
        type(line);
      return [
        await complete(url, '<data>\n{"a":[1,2]}\n</data>\u001b[2J', { tools: [listMetrics] }),
        await complete(url, "why?"),
      ];
    });
    expect(result).toMatchObject([
      {
        choices: [
          { message: { tool_calls: [{ function: { name: "list_metrics", arguments: '{"entity":"cart"}' } }] } },
        ],
      },
      { choices: [{ message: { content: "It is \u001b[31mfull." } }] },
    ]);
    expect(stdout).toContain('{ "a": [1, 2] }');
    expect(stdout).toMatch(/Not sent:\n.*entity[^]*Sent \(request 1\)[^]*Request 2[^]*Sent \(request 2\)/);
    expect(stdout).toContain("\\u001b[2J"); // the terminal obeys nobody's data
    expect([code, stderr]).toEqual([0, expect.stringContaining("Requests answered: 2; without an answer: 0.")]);
    expect(readFileSync(file, "utf8").trim().split("\n")).toHaveLength(2);
  });

  it("replays what was recorded, and fails when a request was not", async () => {
    const file = join(await tempDir(), "calls.jsonl");
    writeFileSync(
      file,
      JSON.stringify({ request: { model: "m", messages: [{ role: "user", content: "a" }] }, answer: { text: "A" } }),
    );
    const { code, stderr, result } = await served(["--replay", file], async (url) => [
      await complete(url, "a"),
      await complete(url, "b"),
    ]);
    expect(result).toMatchObject([{ choices: [{ message: { content: "A" } }] }, { error: { code: "no_answer" } }]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/nearest is line 1[^]*answered: 1; without an answer: 1/);
  });

  it("leaves to a person what was not recorded, and adds it to the recording", async () => {
    const file = join(await tempDir(), "calls.jsonl");
    writeFileSync(
      file,
      `${JSON.stringify({ request: { model: "m", messages: [{ role: "user", content: "a" }] }, answer: { text: "A" } })}\n`,
    );
    await served(["--replay", file, "--stdin", "--record", file], async (url, type) => {
      type("B");
      await complete(url, "a");
      await complete(url, "b");
    });
    const answers = readFileSync(file, "utf8")
      .trim()
      .split("\n")
      .map((line): unknown => JSON.parse(line));
    expect(answers).toMatchObject([{ answer: { text: "A" } }, { answer: { text: "B" } }]);
  });

  it.each([
    [[], /nobody answers/],
    [["--stdin", "--script", "x"], /exclude each other/],
    [["--script", "/dev/null/x.jsonl"], /\/dev\/null\/x.jsonl cannot be read/],
    [["--stdin", "--host", "0.0.0.0"], /needs no key/],
    [["--exec", "x", "--host", "0.0.0.0", "--allow-network"], /only clients on this machine/],
    [["--replay", "/dev/null", "--record", "/dev/null/x"], /cannot be written/],
  ])("refuses %j and says what to do", async (flags, message) => {
    const { code, stderr } = await causeway(["model", "serve", "--port", "0", ...flags]);
    expect([code, stderr]).toEqual([1, expect.stringMatching(message)]);
  });

  it("answers a whole analysis by a script, through the client that real models get", async () => {
    const dir = await tempDir();
    await writeCase(dir, "sick");
    const script = join(dir, "answers.jsonl");
    const claims = [{ text: "The model explains the incident.", evidenceIds: ["E1"] }];
    writeFileSync(script, JSON.stringify({ when: { contains: "Explain the incident." }, answer: { claims } }));
    const recording = join(dir, "calls.jsonl");
    const home = { CAUSEWAY_HOME: join(dir, "home"), CAUSEWAY_DATA: dir };
    const { result } = await served(["--script", script, "--record", recording], async (url) => {
      const env = {
        ...home,
        OPENAI_BASE_URL: url,
        OPENAI_MODEL: "by-hand",
        CAUSEWAY_MODEL_TIMEOUT_MS: String(HANG_MS),
      };
      return causeway(["analyze", "sick", "--json"], { env });
    });
    const report = Report.parse(JSON.parse(result.stdout));
    expect(report.claims).toMatchObject([{ text: "The model explains the incident." }]);

    const { request } = JSON.parse(readFileSync(recording, "utf8"));
    const sent: unknown = request.messages.map(({ role, content }: Record<string, string>) => ({
      role,
      text: content,
    }));
    const shown = await causeway(["model", "show", report.analysis_id, "--json"], { env: home });
    expect(JSON.parse(shown.stdout)).toMatchObject([{ task: "explain", messages: sent }]);
    const forPeople = await causeway(["model", "show", report.analysis_id], { env: home });
    expect(forPeople.stdout).toMatch(/Task explain · prompt explain version \d[^]*<findings>\n[^]*"E1"/);
    const again = await causeway(["show", report.analysis_id, "--json"], { env: home });
    expect(Report.parse(JSON.parse(again.stdout)).claims).toEqual(report.claims); // nothing was stored
  });
});
