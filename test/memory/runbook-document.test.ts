import { expect, it } from "vitest";
import { pageTitle } from "../../src/memory/runbook-document.ts";

const titleOf = (text: string, url = "https://r.example/team/disk.md") => pageTitle({ url, text });

it.each([
  ["# Full disks\n\n## Steps", "Full disks"],
  ["intro\r\n\r\n## Full disks ##\r\n", "Full disks"],
  ["```sh\n# free space\n```\n# Full disks", "Full disks"],
  ["#\n#hashtag\n# Full disks", "Full disks"],
])("the title of %j is its first heading", (text, title) => {
  expect(titleOf(text)).toBe(title);
});

it("the title is the last part of the address if there is no heading", () => {
  expect(titleOf("free some space")).toBe("disk.md");
  expect(titleOf("", "https://r.example/")).toBe("https://r.example/");
});

it("the title is short, and found quickly in a page of blanks", () => {
  expect(titleOf(`# ${"x".repeat(5_000)}`)).toHaveLength(120);
  expect(titleOf(`# ${" ".repeat(1_000_000)}x`)).toBe("disk.md");
});
