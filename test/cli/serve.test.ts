import { expect, it } from "vitest";
import { newPostgresDatabase } from "../postgres/new-database.ts";
import { newHome, serviceAt, eventsOf } from "../service/services.ts";
import { causeway } from "./run-cli.ts";

it("serves until it is stopped, and exits cleanly", async () => {
  const env = { CAUSEWAY_HOME: newHome(), LOG_LEVEL: "silent" };
  const argv = ["serve", "--port", "0", "--workers", "1"];
  expect(await causeway(argv, { env, endAt: /listens on/ })).toMatchObject({
    code: 0,
    stderr: expect.stringMatching(/listens on http:\/\/127\.0\.0\.1:\d+ .*1 at a time[^]*Stopping/),
  });
});

it("works on what the service was asked, over the same Postgres", async () => {
  const env = { CAUSEWAY_HOME: newHome(), DATABASE_URL: await newPostgresDatabase(), LOG_LEVEL: "silent" };
  const service = await serviceAt(env, 0);
  const { analysisId } = await service.submitAnalysis("shop-002", { idempotencyKey: null, by: "kim" });
  const end = new AbortController();
  const worked = causeway(["worker", "--demo"], { env, signal: end.signal });
  const events = await eventsOf(service, analysisId);
  end.abort();
  expect([(await worked).code, events.at(-1)?.type]).toEqual([0, "final"]);
  await service.drain();
});

it("analyses at the command line what was posted to the service, and the service shows it", async () => {
  const env = { CAUSEWAY_HOME: newHome(), LOG_LEVEL: "silent" };
  const service = await serviceAt(env, 0);
  await service.createIncident(
    { id: "posted-1", title: "checkout is slow", severity: null },
    { idempotencyKey: null, by: "kim" },
  );
  expect((await causeway(["incidents"], { env })).stdout).toMatch(/posted-1.*checkout is slow/);
  expect((await causeway(["analyze", "posted-1", "--json"], { env })).code).toBe(0);
  const { analyses } = await service.getIncident("posted-1");
  expect(analyses).toMatchObject([{ status: "done", requestedBy: "cli" }]);
  expect((await service.getAnalysis(analyses[0]?.id ?? "")).report?.verdict).toBe("inconclusive");
  await service.drain();
});

it.each([
  ["--port", "http"],
  ["--port", "70000"],
  ["--workers", "-1"],
])("refuses %s %s", async (flag, value) => {
  expect(await causeway(["serve", flag, value], { env: { CAUSEWAY_HOME: newHome() } })).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("whole number"),
  });
});

it("migrates a Postgres database, repeatedly, and prints no password", async () => {
  const env = { CAUSEWAY_HOME: newHome(), DATABASE_URL: await newPostgresDatabase() };
  for (const _ of [1, 2]) {
    const { code, stdout } = await causeway(["migrate"], { env });
    expect([code, stdout]).toEqual([
      0,
      expect.stringMatching(/^postgres:\/\/127\.0\.0\.1:\d+\/test_\w+ is up to date for this version/),
    ]);
  }
});

it("names a database that cannot be reached, and what to do, without its password", async () => {
  const env = { CAUSEWAY_HOME: newHome(), DATABASE_URL: "postgres://kim:hunter2@127.0.0.1:1/x" };
  for (const command of ["migrate", "worker", "serve", "incidents"]) {
    const { code, stderr } = await causeway([command], { env });
    expect([code, stderr]).toEqual([1, expect.stringMatching(/Postgres at 127\.0\.0\.1:1\/x cannot be reached/)]);
    expect(stderr).not.toContain("hunter2");
  }
});

it("shows the settings with secrets masked", async () => {
  const env = {
    CAUSEWAY_HOME: "/h",
    DATABASE_URL: "postgres://kim:hunter2@db/x",
    OPENAI_API_KEY: "sk-secret",
    CAUSEWAY_API_KEY: "s".repeat(30),
    OTEL_EXPORTER_OTLP_ENDPOINT: "http://c:4318",
    OTEL_EXPORTER_OTLP_HEADERS: "authorization=Bearer%20t0ken",
  };
  for (const argv of [["config"], ["config", "--json"]]) {
    const { code, stdout } = await causeway(argv, { env });
    expect(code).toBe(0);
    expect(stdout).toContain("postgres://db/x");
    expect(stdout).not.toMatch(/hunter2|sk-secret|sss|t0ken/);
  }
});
