import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { Report } from "../../src/domain/report.ts";
import { tempDir } from "../compose/recorded-suite.ts";
import { gitHub, jira, vendorServer } from "../connectors/notify/vendors.ts";
import { causeway } from "./run-cli.ts";

const FIXTURES = join(import.meta.dirname, "../../fixtures");

it("sends a report to a ticket once, lists what failed, and sends it again", { timeout: 60_000 }, async () => {
  const { vendor, comments } = jira("cloud");
  const server = await vendorServer(vendor);
  const issues = gitHub();
  const github = await vendorServer(issues.vendor);
  const home = await tempDir();
  const env = {
    CAUSEWAY_HOME: home,
    CAUSEWAY_DATA: FIXTURES,
    JIRA_URL: server.url,
    JIRA_EMAIL: "bot@example.com",
    JIRA_API_TOKEN: "jira-secret-token",
    GITHUB_ISSUES_URL: github.url,
    GITHUB_ISSUES_REPOSITORY: "acme/runbooks",
    GITHUB_ISSUES_TOKEN: "gh-secret-token",
  };
  const run = (...argv: string[]) => causeway(argv, { env });
  const { analysis_id: id } = Report.parse(JSON.parse((await run("analyze", "shop-001", "--json")).stdout));
  const toJira = ["send", id, "--to", "jira", "--ticket", "OPS-7"];

  expect(await run("send", id, "--to", "jira")).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("name no ticket of jira"),
  });
  expect((await run("send", "--failed")).stderr).toContain("Every message was sent.");
  server.faults.push({ status: 500 }, { status: 400, json: { errorMessages: ["Comment body is not valid!"] } });
  const refused = await run(...toJira);
  expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining("Comment body is not valid!") });
  expect(comments).toEqual([]);
  const { stdout: failed } = await run("send", "--failed");
  expect(failed).toMatch(new RegExp(`^msg-[0-9a-f]{16} {2}${id} to jira, 1 try, .*Comment body is not valid!`));
  const sent = await run("send", "--retry", failed.split(" ")[0] ?? "");
  expect(sent.stderr).toContain(`Sent to jira: ${server.url}/browse/OPS-7?focusedCommentId=10000`);
  expect((await run("send", "--failed")).stdout).toBe("");
  expect((await run(...toJira)).stderr).toMatch(
    /^Already sent to jira at 20.*browse\/OPS-7.* --again sends it again\.\n$/,
  );
  expect(comments).toHaveLength(1);
  await run(...toJira, "--again");
  expect(comments).toHaveLength(2);

  expect((await run("send", id, "--to", "github")).stderr).toBe(`Sent to github: ${issues.issues[0]?.html_url}\n`);
  expect((await run("send", id, "--to", "github", "--pull-request")).stderr).toBe(
    `Sent to github: ${issues.pulls[0]?.html_url}\n`,
  );
  expect((await run("send", id, "--to", "github")).stderr).toContain("Already sent to github");
  const settings = await run("doctor", "--json");
  expect(settings.stdout + settings.stderr).not.toMatch(/secret-token/);
});

it("says what is wrong with a command or the settings", { timeout: 30_000 }, async () => {
  const home = await tempDir();
  const run = (env: Record<string, string>, ...argv: string[]) =>
    causeway(argv, { env: { CAUSEWAY_HOME: home, ...env } });
  const github = { GITHUB_ISSUES_TOKEN: "t", GITHUB_ISSUES_REPOSITORY: "acme/runbooks" };
  expect((await run(github, "send", "--to", "github")).stderr).toContain("no analysis is named");
  expect((await run(github, "send", "an-1", "--to", "jira")).stderr).toContain("notify has no entry jira");
  expect((await run(github, "send", "an-1", "--to", "github", "--ticket", "A-1")).stderr).toContain(
    "--ticket is for one",
  );
  expect((await run({ CAUSEWAY_NOTIFY_AUTOMATIC: "nobody" }, "send", "an-1", "--to", "x")).stderr).toContain(
    "CAUSEWAY_NOTIFY_AUTOMATIC names nobody",
  );
  await writeFile(join(home, "config.yaml"), "notify: [{ name: tickets, kind: jira, url: 'https://jira.example' }]\n");
  expect((await run({}, "send", "an-1", "--to", "tickets")).stderr).toMatch(/tickets has no token.*JIRA_API_TOKEN/s);
});
