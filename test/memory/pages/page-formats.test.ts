import { expect, it } from "vitest";
import { asMarkdown } from "../../../src/memory/pages/page-formats.ts";
import { sectionFor } from "../../../src/memory/pages/page-section.ts";

it("reads AsciiDoc: title, sections, code and links", () => {
  const text =
    "= Pool\n:toc:\n// note\n\n== No connection left\nSee xref:db.adoc[the database].\n[source,sh]\n----\n= no title\n----\n";
  expect(asMarkdown("db/pool.adoc", text)).toBe(
    "# Pool\n\n## No connection left\nSee [the database](db.adoc).\n```\n= no title\n```\n",
  );
});

it("reads reStructuredText: titles by the order of their underlines, code and links", () => {
  const text = [
    "=====",
    "Queue",
    "=====",
    "Backlog",
    "-------",
    "Read `the guide <guide.rst>`_ and run::",
    "",
    "  kafka-consumer-groups --describe",
    "",
    "Then wait.",
    ".. comment",
  ].join("\n");
  expect(asMarkdown("queue.rst", text)).toBe(
    [
      "# Queue",
      "## Backlog",
      "Read [the guide](guide.rst) and run::",
      "```",
      "",
      "  kafka-consumer-groups --describe",
      "",
      "```",
      "Then wait.",
    ].join("\n"),
  );
});

it("takes the short first line of a text as its title, and leaves Markdown as it is", () => {
  expect(asMarkdown("a.txt", "\nDisk full\nDelete.")).toBe("# Disk full\nDelete.");
  expect(asMarkdown("a.txt", "x".repeat(200))).toBe("x".repeat(200));
  expect(asMarkdown("a.md", "= no title")).toBe("= no title");
  expect(asMarkdown(null, "= no title")).toBe("= no title");
});

it("reads hostile pages in linear time", () => {
  for (const format of ["a.adoc", "a.rst", "a.txt"])
    for (const part of ["`", "<<", "link:", "[", "=", "::\n", "https://", "a <"])
      expect(asMarkdown(format, part.repeat(100_000 / part.length)).length).toBeGreaterThan(0);
});

it("names the section whose heading names the alert", () => {
  const page = { title: "Checkout", headings: "Overview\nHigh error rate (5xx)\nHigh latency" };
  expect(sectionFor(page, "HighErrorRate")).toBe("high-error-rate-5xx");
  expect(sectionFor(page, "high_latency")).toBe("high-latency");
  expect(sectionFor(page, "Checkout")).toBeNull();
  expect(sectionFor(page, "")).toBeNull();
});
