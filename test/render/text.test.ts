import { stripVTControlCharacters } from "node:util";
import fc from "fast-check";
import stringWidth from "string-width";
import { describe, expect, it } from "vitest";
import type { Report } from "../../src/domain/report.ts";
import type { Since } from "../../src/render/since.ts";
import { renderText } from "../../src/render/text.ts";
import { ATTACKS, hostile, hostileReport } from "./hostile-report.ts";
import { anApproval, openReport, provenReport, quietReport } from "./sample-reports.ts";

const plain = (report: Report, width = 80): string => renderText(report, { color: false, width });
/** The lines of one section, without its heading. */
function section(text: string, heading: string): string[] {
  const lines = text.split("\n");
  const start = lines.findIndex((line) => line.startsWith(heading));
  return start === -1 ? [] : lines.slice(start + 1, lines.indexOf("", start));
}
const isCommand = (line: string): boolean => /^ +\$ causeway (show|approve|reject) /.test(line);

describe("a proven cause", () => {
  const text = plain(provenReport());
  it("says verdict, confidence, onset and incident in its first lines", () => {
    expect(text.split("\n").slice(0, 4)).toEqual([
      "ROOT CAUSE  store (service): Connection pool exhausted",
      "Confidence  Very likely, 91 % (calibrated). Next candidate: orders, 5 %.",
      "Began       2026-11-23 08:41:02 UTC, 2 min before the alarm",
      "Incident    Checkout is slow and answers 503 · shop · incident shop-17",
    ]);
  });
  it("draws the path from the symptom to the cause", () => {
    expect(section(text, "Path")).toEqual([
      "  web ◀ symptom  answers 503 to 31 % of the checkouts [E6]",
      "  └─ orders  waits for store: p95 from 40 ms to 900 ms [E4]",
      "     └─ store ◀ cause [E1]",
    ]);
  });
  it("shows three pieces of evidence of different kinds, with ids, numbers and source", () => {
    expect(section(text, "Strongest evidence (3 of 6)").filter((_, i) => i % 2 === 0)).toEqual([
      "  E1  Wait for a connection rose to 812 ms from 3 ms.",
      "  E2  store spends 790 ms in itself, 12 ms before.",
      '  E3  New: "pool exhausted, waiting <*> ms" 418 times.',
    ]);
    expect(text).toContain("metric shift · store · since 08:41:02 UTC · from files");
  });
  it("gives each action with risk and expiry, and the commands to read, approve and reject it", () => {
    const plan = section(text, "Plan").join("\n");
    expect(plan).toContain(
      "1. Set the pool size back on store\n     medium risk · can be undone · small blast radius\n     expires 2026-11-24 08:43 UTC\n",
    );
    expect(plan).toMatch(
      /\$ causeway show shop-17-1\n[^]*\$ causeway approve shop-17-1-a1\n +\$ causeway reject shop-17-1-a1/,
    );
  });
  it("has its sections in the order in which they are needed", () => {
    const order = [
      "ROOT CAUSE",
      "Path",
      "Strongest evidence",
      "What happened",
      "Similar incidents",
      "Plan",
      "Next steps",
      "Not checked",
      "Analysis shop-17-1",
    ];
    expect(order.map((heading) => text.indexOf(`\n${heading}`) >= 0 || text.startsWith(heading))).toEqual(
      order.map(() => true),
    );
    const places = order.map((heading) => (text.startsWith(heading) ? 0 : text.indexOf(`\n${heading}`)));
    expect(places).toEqual(places.toSorted((a, b) => a - b));
  });
  it("says what would show it wrong, what resembles it and what was not checked", () => {
    expect(section(text, "Next steps").join(" ")).toContain(
      "It is something else if: The wait for a connection stays flat",
    );
    expect(section(text, "Similar")[0]).toBe(
      "  • shop-9 (confirmed, 82 % likely the same cause): store, connection pool",
    );
    expect(
      section(
        plain(provenReport({ similar: provenReport().similar.map((one) => ({ ...one, outcome: "unknown" })) })),
        "Similar",
      )[0],
    ).toContain("shop-9 (not judged, 82 %");
    expect(section(text, "Not checked")).toEqual(["  • cluster: not recorded for this incident"]);
  });
});

it("names every blamed entity of several", () => {
  const [one] = provenReport().root_causes;
  const second = { ...one, entity: "cache", title: "Memory starved" };
  expect(plain(provenReport({ root_causes: [one, second] as Report["root_causes"] })).split("\n")[1]).toBe(
    "  and       cache (service): Memory starved",
  );
});

it("says plainly when a confidence is not calibrated", () => {
  const report = provenReport({
    root_causes: provenReport().root_causes.map((cause) => ({ ...cause, calibrated: false, confidence: 0.999 })),
  });
  expect(plain(report, 120)).toContain("Very likely, >99 % (not calibrated: trust the order, not the number).");
});

it("warns of what cannot be undone, and of a drafted runbook", () => {
  const safe = provenReport();
  const text = plain(
    provenReport({
      actions: safe.actions.map((action) => ({ ...action, reversible: false })),
      runbook: { name: "r", why: "", drafted: true, text: null },
    }),
  );
  expect(text).toContain("CANNOT be undone");
  expect(text).toContain("Runbook r. Drafted by this analysis");
});

it("quotes the numbers of evidence whose sentence has none", () => {
  const report = provenReport({
    evidence: provenReport().evidence.map((found) => ({ ...found, summary: "It rose." })),
  });
  expect(plain(report)).toContain("It rose. (atMs 812, before 3)");
});

it("counts the sentences of a model that were left out", () => {
  expect(plain(provenReport({ mode: "llm", model: "m", dropped_claims: 2 }), 200)).toContain(
    "2 of the model's sentences left out",
  );
});

it.each([
  ["2026-11-23T08:43:04.000Z", "2026-11-23T08:42:04.000Z", "60 s before the alarm"],
  ["2026-11-23T08:43:04.000Z", "2026-11-23T06:38:04.000Z", "2 h 5 min before the alarm"],
  ["2026-11-23T08:43:04.000Z", "2026-11-23T08:53:04.000Z", "10 min after the alarm"],
  ["2026-11-23T08:43:04.000Z", "2026-11-19T08:43:04.000Z", "4 d before the alarm"],
  [null, "2026-11-23T08:42:04.000Z", "Began       2026-11-23 08:42:04 UTC\n"],
  ["2026-11-23T08:43:04.000Z", null, "nothing tells when; the alarm came at 2026-11-23 08:43:04 UTC"],
])("of alarm %s and onset %s says: %s", (alarm_at, onset, words) => {
  expect(plain(provenReport({ alarm_at, onset }))).toContain(words);
});

describe("an inconclusive report", () => {
  const text = plain(openReport());
  it("names whom most evidence points at as a suspect, and no more than that", () => {
    const report = openReport();
    const leading = {
      ...report,
      hypotheses: report.hypotheses.map((one, place) => (place === 0 ? { ...one, confidence: 0.97 } : one)),
    };
    expect(plain(leading).split("\n")[0]).toBe("INCONCLUSIVE  store is suspected, not proven");
  });
  it("blames nobody, ranks the candidates, and says what to ask next", () => {
    expect(text.split("\n")[0]).toBe("INCONCLUSIVE  no single cause stands out");
    expect(section(text, "Top candidates").filter((line) => /^ +\d\./.test(line))).toEqual([
      "  1. store (service) 41 %, connection pool exhausted",
      "  2. orders (service) 37 %, slow code",
    ]);
    expect(section(text, "Next steps")[0]).toBe(
      "  • Ask this next: Network retransmits between orders and store, 08:40 to 08:44",
    );
    expect(text).not.toContain("Confidence");
  });
});

describe("a report of no incident", () => {
  const text = plain(quietReport());
  it("says what was looked at, what was quiet, and what could not be looked at", () => {
    expect(text.split("\n")[0]).toBe("NO INCIDENT  nothing abnormal explains the alarm");
    expect(section(text, "Looked at")).toEqual([
      "  logs           quiet",
      "  metrics        1 sign, none of an incident [E1]",
      "  traces         not checked",
      "  alerts         quiet",
      "  cluster state  quiet",
      "  changes        quiet, read in part",
    ]);
  });
});

it("draws no path to a cause, and no beginning, where there was no incident", () => {
  const text = plain({ ...quietReport(), hypotheses: provenReport().hypotheses });
  expect(text).not.toMatch(/Path from|◀|Began|something else/);
});

it("calls nobody the cause of what is over and not proven", () => {
  const text = plain(provenReport({ verdict: "recovered", root_causes: [] }));
  expect(text).toContain("◀ likeliest cause");
  expect(text).not.toContain("◀ cause");
});

describe("layout", () => {
  it.each([40, 60, 80, 120, 200])("keeps to %d columns, commands apart", (width) => {
    for (const report of [provenReport(), openReport(), quietReport()]) {
      const wide = plain(report, width)
        .split("\n")
        .filter((line) => !isCommand(line) && stringWidth(line) > width);
      expect(wide).toEqual([]);
    }
  });
  it("folds the middle of a long path", () => {
    const path = [...Array.from({ length: 20 }, (_, i) => `service-${i}`), "store"];
    const text = plain(provenReport({ hypotheses: provenReport().hypotheses.map((one) => ({ ...one, path })) }), 60);
    expect(section(text, "Path")).toHaveLength(7);
    expect(text).toContain("… 15 more");
  });
  it("is coloured only when asked, and says the same", () => {
    const coloured = renderText(provenReport(), { color: true, width: 80 });
    expect(coloured).toContain("\u001b[");
    expect(stripVTControlCharacters(coloured)).toBe(plain(provenReport()));
  });
});

describe("the plan", () => {
  const planOf = (changes: Partial<Report>, since?: Since): string =>
    section(renderText(provenReport(changes), { color: false, width: 120, since }), "Plan").join("\n");
  it("says why the runbook fits, as a sentence", () => {
    expect(planOf({})).toContain("  Runbook connection-pool-exhausted: it treats this cause on a service.\n");
  });
  it("names the target once, where the title does", () => {
    expect(
      planOf({ actions: provenReport().actions.map((action) => ({ ...action, title: "Restart it: store" })) }),
    ).toContain("1. Restart it: store\n");
  });
  it.each(["approved", "rejected"] as const)(
    "says who %s it, when and why, instead of offering it again",
    (decision) => {
      const told = { decisions: [{ ...anApproval, decision, note: "as\u001b discussed" }], nowMs: 0 };
      expect(planOf({}, told)).toContain(`${decision} by ada on 2026-11-23 09:00 UTC: as␛ discussed`);
      expect(planOf({}, told)).not.toMatch(/causeway (approve|reject)|expires/);
      expect(renderText(provenReport(), { color: false, width: 80, since: told })).not.toContain("approve or reject");
    },
  );
  it("does not offer what has expired", () => {
    const late = { decisions: [], nowMs: Date.parse("2026-11-24T08:43:04.000Z") };
    expect(planOf({}, late)).toContain("expired on 2026-11-24 08:43 UTC, undecided");
    expect(planOf({}, late)).not.toMatch(/causeway (approve|reject)/);
  });
  it("still offers the other actions of the report", () => {
    const [one] = provenReport().actions;
    const actions = [one, { ...one, id: "shop-17-1-a2" }] as Report["actions"];
    expect(planOf({ actions }, { decisions: [anApproval], nowMs: 0 }).match(/causeway (approve|reject) \S+/g)).toEqual([
      "causeway approve shop-17-1-a2",
      "causeway reject shop-17-1-a2",
    ]);
  });
});

describe("the next steps", () => {
  it("ask nothing twice, though it be worded as a question and as a refutation", () => {
    const steps = (next_evidence: string[]): string =>
      section(plain(provenReport({ next_evidence }), 120), "Next steps").join("\n");
    const refutes = "The wait for a connection stays flat while the latency of store rises.";
    expect(steps([`refute "store": look for ${refutes}`, "Ask it.", "ask it"])).not.toContain(
      "It is something else if",
    );
    expect(steps(["Ask it.", "ask it"]).match(/ask it/gi)).toHaveLength(1);
    expect(steps(["Ask it."])).toContain(`It is something else if: ${refutes}`);
  });
});

describe("a report in full", () => {
  const script = "#!/bin/sh\nif  true; then\n\techo 'a  b'  \nfi\necho \u202egnirts\u00a0\u200b \u001b[2J\r\n";
  const action = { ...provenReport().actions[0], script, verify: "kubectl get x", rollback: "kubectl undo x" };
  const full = (changes: Partial<Report> = {}): string =>
    renderText(provenReport({ actions: [action] as Report["actions"], ...changes }), {
      color: false,
      width: 60,
      isFull: true,
    });
  const shown = (text: string): string[] =>
    text
      .split("\n")
      .filter((line) => line.startsWith("  │ "))
      .map((line) => line.slice("  │ ".length));

  it("shows what can be seen of a script as it is, and what cannot by its number", () => {
    expect(shown(full()).slice(0, 5)).toEqual([
      "#!/bin/sh",
      "if  true; then",
      "⟨U+0009⟩echo 'a  b'  ",
      "fi",
      "echo ⟨U+202E⟩gnirts⟨U+00A0⟩⟨U+200B⟩ ⟨U+001B⟩[2J⟨U+000D⟩",
    ]);
  });
  it("gives the very bytes of a printable script, however long its lines and their number", () => {
    const long = `${Array.from({ length: 3000 }, (_, i) => `echo ${i} ${"word ".repeat(40)}`).join("\n")}\n`;
    const lines = shown(
      full({ actions: [{ ...action, script: long, verify: "", rollback: "" }] as Report["actions"] }),
    );
    expect(`${lines.join("\n")}\n`).toBe(long);
  });
  it("says what an approval is for: hash, target, risk, how to verify and how to undo it", () => {
    const text = full();
    expect(text).toContain(`  SHA-256       ${"a".repeat(64)}\n`);
    expect(text).toMatch(/Target +store \(service\)\n +Risk +medium, can be undone\n/);
    expect(text).toContain("  Verify\n  │ kubectl get x\n  Roll back\n  │ kubectl undo x\n");
  });
  it("shows a drafted runbook", () => {
    const text = full({
      actions: [],
      runbook: { name: "draft-x", why: "no runbook treats x", drafted: true, text: "# Draft\n\n  - look\n" },
    });
    expect(text).toContain("Drafted runbook: draft-x/SKILL.md\n  │ # Draft\n  │ \n  │   - look\n");
  });
  it("points at no other command for what it shows itself, and is short without being asked", () => {
    expect(full()).not.toContain("causeway show");
    expect(plain(provenReport())).not.toContain("│");
  });
  it("lets nobody's text act on the terminal", () => {
    fc.assert(
      fc.property(
        hostileReport,
        (report) =>
          void expect(renderText(report, { color: false, width: 80, isFull: true }).replaceAll("\n", "")).not.toMatch(
            /[\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}]|\p{M}{3}/u,
          ),
      ),
      { numRuns: 150 },
    );
  });
});

describe("hostile text", () => {
  /** What of a rendered report could act on the terminal, or break the layout. */
  const faults = (report: Report, width: number): string[] => {
    const lines = plain(report, width).split("\n");
    const acting = lines.filter(
      (line) => /[\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}]|\p{M}{3}/u.test(line) || !line.isWellFormed(),
    );
    return [...acting, ...lines.filter((line) => !isCommand(line) && stringWidth(line) > width)];
  };
  it.each(ATTACKS)("cannot act on the terminal: %j", (attack) => {
    const verdicts = ["root_cause", "inconclusive", "no_incident", "recovered"] as const;
    expect(verdicts.flatMap((verdict) => faults(hostile(attack, attack, attack, verdict), 60))).toEqual([]);
  });
  it("cannot act on the terminal, whatever it is", () => {
    fc.assert(
      fc.property(
        hostileReport,
        fc.integer({ min: 40, max: 200 }),
        (report, width) => void expect(faults(report, width)).toEqual([]),
      ),
      { numRuns: 150 },
    );
  });
  it("adds no escape sequence to coloured text", () => {
    const coloured = (report: Report): string => renderText(report, { color: true, width: 80 });
    /** What follows each escape character, up to the end of a colour. */
    const escapes = (text: string): string[] =>
      text
        .split("\u001b")
        .slice(1)
        .map((rest) => rest.slice(0, rest.indexOf("m") + 1));
    const known = new Set([provenReport(), openReport(), quietReport()].flatMap((report) => escapes(coloured(report))));
    fc.assert(
      fc.property(hostileReport, (report) => {
        expect(escapes(coloured(report)).filter((one) => !known.has(one))).toEqual([]);
        expect(coloured(report).replaceAll("\u001b", "").replaceAll("\n", "")).not.toMatch(/\p{Cc}/u);
      }),
      { numRuns: 100 },
    );
  });
  it("is quoted in commands, so that a pasted one runs nothing else", () => {
    const text = plain(
      provenReport({ actions: provenReport().actions.map((action) => ({ ...action, id: "x'; reboot #" })) }),
    );
    expect(text).toContain(String.raw`$ causeway approve 'x'\''; reboot #'`);
  });
});

describe("what alerts point to", () => {
  const pointing = (changes: object) =>
    provenReport({
      alert_runbooks: [
        {
          url: "https://r.example/crash-loop",
          alerts: ["Down", "Slow"],
          runbook: "crash-loop",
          title: null,
          ...changes,
        },
      ],
    });
  it("stands below the plan, with what is known of it", () => {
    expect(section(plain(pointing({})), "Runbooks that alerts point to")).toEqual([
      "  • https://r.example/crash-loop (the runbook crash-loop, by Down and 1 more",
      "    alert)",
    ]);
    expect(plain(pointing({ runbook: null, title: "Crashes", alerts: ["Down"] }))).toContain(
      'https://r.example/crash-loop ("Crashes", by Down)',
    );
  });
  it("is left out where no alert points anywhere", () => {
    expect(plain(provenReport())).not.toContain("point to");
  });
});
