import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { tempDir } from "../compose/recorded-suite.ts";
import { causeway } from "./run-cli.ts";

/** A made wiki. */
async function wiki(): Promise<string> {
  const dir = join(await tempDir(), "wiki");
  mkdirSync(dir);
  const pages = {
    "disk-full.md": "# Disk full\nThe volume has no space left. Remove old segments.",
    "certificates.md": "# Certificates\nRenew the TLS certificate before it expires.",
    "errors.md": "# Errors\n\n## High error rate\nFor `HighErrorRate`. token ghp_16C7e42F292c6912E7710c838347Ae178B4a",
    "backlog.md": "# Queue backlog\nThe consumer of the queue is slow and the queue grows.",
    "ansi.md": "# \u001b[31mRed\u001b[0m\nColours.",
  };
  for (const [name, text] of Object.entries(pages)) writeFileSync(join(dir, name), text);
  writeFileSync(join(dir, "binary.md"), new Uint8Array([0]));
  return dir;
}

it("finds the page for the name of an alert, with its section, in the configured folder", async () => {
  const env = { CAUSEWAY_RUNBOOK_PAGES: await wiki() };
  const { code, stdout, stderr } = await causeway(["runbooks", "find", "HighErrorRate", "--limit", "2"], { env });
  expect({ code, stderr }).toEqual({ code: 0, stderr: "not read: wiki: binary.md: is not text\n" });
  expect(stdout).toMatch(/^ {2}• wiki\/errors\.md#high-error-rate.*: Errors$/m);
  expect(stdout.match(/•/g)).toHaveLength(2);
});

it("finds pages for words, as JSON and in a folder that is named", async () => {
  const argv = ["runbooks", "find", "--folder", await wiki(), "--json", "the queue grows", "and the consumer is slow"];
  const { pages, hits } = JSON.parse((await causeway(argv)).stdout);
  expect(pages).toBe(5);
  expect(hits[0]).toMatchObject({ id: "wiki/backlog.md", title: "Queue backlog", certainty: expect.any(String) });
});

it("says if no page is sure enough, and shows no control characters", async () => {
  const { stdout } = await causeway(["runbooks", "find", "--folder", await wiki(), "TapeRobotStuck"]);
  expect(stdout).toMatch(/^None of 5 pages is sure enough. The nearest:/);
  expect(stdout).not.toContain("\u001b");
});

it("says what is missing: folders, pages, a proper label or limit", async () => {
  expect(await causeway(["runbooks", "find", "X"])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("CAUSEWAY_RUNBOOK_PAGES"),
  });
  expect(await causeway(["runbooks", "find", "X", "--folder", "/nowhere/pages"])).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/no page in \/nowhere\/pages[^]*cannot be opened/),
  });
  for (const wrong of [
    ["--label", "service"],
    ["--limit", "0"],
  ])
    expect((await causeway(["runbooks", "find", "X", ...wrong])).code).toBe(2);
});
