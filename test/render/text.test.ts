import { stripVTControlCharacters } from "node:util";
import fc from "fast-check";
import stringWidth from "string-width";
import { describe, expect, it } from "vitest";
import type { Report } from "../../src/domain/report.ts";
import type { ReviewState } from "../../src/render/action-status.ts";
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
const isCommand = (line: string): boolean => /^ +\$ causeway (show|approve|reject|evidence) /.test(line);

describe("a proven cause", () => {
  const text = plain(provenReport());
  it("gives verdict, confidence, onset and incident in its first lines", () => {
    expect(text.split("\n").slice(0, 4)).toEqual([
      "ROOT CAUSE  store (service): Connection pool exhausted",
      "Confidence  Very likely, 91 % (calibrated). Next candidate: orders, 5 %.",
      "Began       2026-11-23 08:41:02 UTC, 2 min before the alarm",
      "Incident    shop-17: Checkout is slow and answers 503 (shop)",
    ]);
  });
  it("draws the path from the symptom to the cause", () => {
    expect(section(text, "Path")).toEqual([
      "  web ◀ symptom  answers 503 to 31 % of the checkouts [E6]",
      "  └─ orders  waits for store: p95 from 40 ms to 900 ms [E4]",
      "     └─ store ◀ cause",
    ]);
  });
  it("shows three findings of different kinds, with ids, numbers and onset", () => {
    expect(section(text, "Strongest evidence")).toEqual([
      "  E2  store spends 790 ms in itself, 12 ms before. (since 08:41:02)",
      '  E3  store: New: "pool exhausted, waiting <*> ms" 418 times. (since 08:41:02)',
      "  E5  store: Config cfg-118: pool size 20 to 4. (since 08:41:02)",
    ]);
  });
  it("names the strongest metric in its head when no log line shows the fault", () => {
    expect(text).toContain("Metric      store: Wait for a connection rose to 812 ms from 3 ms. [E1]\n");
  });
  it("quotes the raw log line that shows the fault, with its count and its entity", () => {
    const exemplar = "ERROR pool exhausted, waiting 812 ms";
    const evidence = provenReport().evidence.map((one) =>
      one.id === "E3" ? { ...one, exemplar, facts: { countAfter: 418 }, onset: "2026-03-01T10:02:00Z" } : one,
    );
    const lines = plain(provenReport({ evidence }));
    expect(lines).toContain(
      "Log line    ERROR pool exhausted, waiting 812 ms (418 times in store since\n            10:02:00) [E3]\n",
    );
    expect(section(lines, "Strongest evidence").map((line) => line.slice(2, 4))).toEqual(["E1", "E2", "E5"]);
  });
  it("quotes the innermost cause of a stack trace, whatever its type is called", () => {
    const traced = (cause: string): string => {
      const exemplar = `ERROR in handler: Internal Server Error: /api\n${cause}\n  at /srv/app/db.py:105 in run`;
      const evidence = provenReport().evidence.map((one) => (one.id === "E3" ? { ...one, exemplar } : one));
      return plain(provenReport({ evidence }), 120);
    };
    for (const cause of [
      "psycopg2.errors.DiskFull: could not extend file",
      "Net::ReadTimeout: no answer within 60 s",
      "java.net.SocketTimeoutException: Read timed out",
    ])
      expect(traced(cause)).toContain(`Log line    ${cause} (`);
    expect(traced("HINT: check the disk")).toContain("Log line    ERROR in handler");
  });
  it("prefers the line that says why to a line about a failed request, and quotes no ordinary line", () => {
    const [e3] = provenReport().evidence.filter(({ id }) => id === "E3");
    const line = (id: string, exemplar: string, severity: string) => ({
      ...(e3 as typeof e3 & object),
      id,
      exemplar,
      facts: { severity },
    });
    const access = line("E90", '10.0.0.1 - - "POST /api/orders HTTP/1.1" 503 12 "-" "okhttp version four"', "error");
    const why = line("E91", "ERROR could not reach the stock service at all", "error");
    const usual = line("E92", "INFO account page was loaded for a user", "info");
    const keyOf = (...lines: (typeof why)[]): string => {
      const report = provenReport();
      const ids = ["E1", ...lines.map(({ id }) => id)];
      const causes = report.root_causes.map((cause) => ({ ...cause, evidence_ids: ids }));
      const hypotheses = report.hypotheses.map((one, at) => (at === 0 ? { ...one, evidence_ids: ids } : one));
      const evidence = [...report.evidence.filter(({ id }) => id !== "E3"), ...lines];
      return plain(provenReport({ root_causes: causes, hypotheses, evidence }), 120);
    };
    expect(keyOf(access, why)).toContain("Log line    ERROR could not reach the stock service");
    expect(keyOf(access)).toContain("Log line    10.0.0.1");
    expect(keyOf(usual)).toContain("Metric      store: Wait for a connection");
  });
  it("lists the last changes before the fault began that the evidence above does not show, the nearest first", () => {
    const change = (id: string, onset: string, summary: string) => ({
      ...(provenReport().evidence.find(({ signal }) => signal === "change") as Report["evidence"][number]),
      id,
      onset,
      summary,
    });
    const evidence = [
      ...provenReport().evidence,
      change("E7", "2026-11-23T08:20:00Z", "deploy r7 on web, 23 min before the alarm: new footer"),
      change("E8", "2026-11-23T08:40:02Z", "flag f1 on orders, 61 s before the onset: fast path"),
      change("E9", "2026-11-23T08:50:00Z", "deploy r9 on web, later"),
      change("E10", "2026-11-22T08:20:00Z", "deploy r1 on web, 24 h before the alarm: old"),
    ];
    expect(
      section(plain(provenReport({ evidence, verdict: "inconclusive" }), 120), "Changes before the onset"),
    ).toEqual([
      "  E8  flag f1 on orders: fast path (61 s before the onset)",
      "  E7  deploy r7 on web: new footer (21 min before the onset)",
    ]);
    expect(section(text, "Changes before the onset")).toEqual([]);
    // with a root cause that rests on no change, only those right before the onset, in one line
    const settled = plain(provenReport({ evidence, change: null }), 120);
    expect(section(settled, "Changes before the onset")).toEqual([]);
    expect(settled).toMatch(/\nChanges {5}\d just before the onset, none blamed: .*\[.*E8.*\]\n/);
  });
  it("names the command that lists all evidence", () => {
    expect(text).toContain("\nEvidence: causeway evidence shop-17-1  (all 6, with queries and raw lines)\n");
  });
  it("gives each action with its risk, and the commands to read, approve and reject it", () => {
    expect(section(text, "Plan")).toEqual([
      "  Runbook connection-pool-exhausted. Nothing runs before you approve.",
      "  1. Set the pool size back on store",
      "     medium risk · can be undone · small blast radius",
      "     $ causeway approve shop-17-1-a1  # expires 2026-11-24 08:43 UTC",
      "     $ causeway reject shop-17-1-a1",
      "  $ causeway show shop-17-1  # the exact scripts, next checks",
    ]);
  });
  it("orders its sections by when a reader needs them", () => {
    const order = [
      "ROOT CAUSE",
      "Metric",
      "Path",
      "Strongest evidence",
      "What happened",
      "Similar incidents",
      "Plan",
      "Wrong if",
      "Not checked",
      "Evidence: ",
      "Analysis shop-17-1",
    ];
    expect(order.map((heading) => text.indexOf(`\n${heading}`) >= 0 || text.startsWith(heading))).toEqual(
      order.map(() => true),
    );
    const places = order.map((heading) => (text.startsWith(heading) ? 0 : text.indexOf(`\n${heading}`)));
    expect(places).toEqual(places.toSorted((a, b) => a - b));
  });
  it("says what would prove it wrong, what resembles it and what was not checked", () => {
    expect(text).toContain(
      "Wrong if    The wait for a connection stays flat while the latency of store\n            rises.\n",
    );
    expect(section(text, "Similar")[0]).toBe(
      "  • shop-9 (confirmed, 82 % likely to have the same cause): store, connection",
    );
    expect(
      section(
        plain(provenReport({ similar: provenReport().similar.map((one) => ({ ...one, outcome: "unknown" })) })),
        "Similar",
      )[0],
    ).toContain("shop-9 (not reviewed, 82 %");
    expect(text).toContain("Not checked cluster state: not recorded for this incident\n");
  });
});

it("names every root cause of several", () => {
  const [one] = provenReport().root_causes;
  const second = { ...one, entity: "cache", title: "Memory starved" };
  expect(plain(provenReport({ root_causes: [one, second] as Report["root_causes"] })).split("\n")[1]).toBe(
    "  and       cache (service): Memory starved",
  );
});

it("marks a confidence that is not calibrated", () => {
  const report = provenReport({
    root_causes: provenReport().root_causes.map((cause) => ({ ...cause, calibrated: false, confidence: 0.999 })),
  });
  expect(plain(report, 120)).toContain("Very likely, >99 % (not calibrated: trust the order, not the number).");
});

it("states under an inconclusive verdict the same probability as in the list, and whose it is", () => {
  const text = plain(openReport(), 200);
  expect(text).toMatch(/Confidence +Possible, 41 % that store is the root cause/);
  expect(text).toContain("  1. store (service) 41 %");
});

it("says with the confidence why it is only a rough estimate", () => {
  const limit = "This case is unlike the recordings behind the confidence: fewer sources were read.";
  const text = plain(provenReport({ confidence_limits: [limit] })).replaceAll(/\s+/g, " ");
  expect(text).toContain(`Next candidate: orders, 5 %. ${limit}`);
});

it("warns of actions that cannot be undone, and of a drafted runbook", () => {
  const safe = provenReport();
  const text = plain(
    provenReport({
      actions: safe.actions.map((action) => ({ ...action, reversible: false })),
      runbook: { name: "r", why: "", drafted: true, text: null },
    }),
  );
  expect(text).toContain("CANNOT be undone");
  expect(text.replaceAll(/\s+/g, " ")).toContain("Runbook r. Causeway drafted this runbook from the findings.");
});

it("quotes the numbers of a finding whose summary has none", () => {
  const report = provenReport({
    evidence: provenReport().evidence.map((found) => ({ ...found, summary: "It rose." })),
  });
  expect(plain(report)).toContain("It rose. (at 812 ms, before 3)");
});

it("counts the sentences of a model that the citation check removed", () => {
  expect(plain(provenReport({ mode: "llm", model: "m", dropped_claims: 2 }), 200)).toContain(
    "removed 2 sentences of the model that the evidence does not support",
  );
});

it.each([
  ["2026-11-23T08:43:04.000Z", "2026-11-23T08:42:04.000Z", "60 s before the alarm"],
  ["2026-11-23T08:43:04.000Z", "2026-11-23T06:38:04.000Z", "2 h 5 min before the alarm"],
  ["2026-11-23T08:43:04.000Z", "2026-11-23T08:53:04.000Z", "10 min after the alarm"],
  ["2026-11-23T08:43:04.000Z", "2026-11-19T08:43:04.000Z", "4 d before the alarm"],
  [null, "2026-11-23T08:42:04.000Z", "Began       2026-11-23 08:42:04 UTC\n"],
  ["2026-11-23T08:43:04.000Z", null, "unknown; alarm at 2026-11-23 08:43:04 UTC"],
])("with alarm %s and onset %s, says: %s", (alarm_at, onset, words) => {
  expect(plain(provenReport({ alarm_at, onset }))).toContain(words);
});

describe("an inconclusive report", () => {
  const text = plain(openReport());
  it("names the main suspect when most evidence implicates one entity", () => {
    const report = openReport();
    const leading = {
      ...report,
      hypotheses: report.hypotheses.map((one, place) => (place === 0 ? { ...one, confidence: 0.97 } : one)),
    };
    expect(plain(leading).split("\n")[0]).toBe("INCONCLUSIVE  store is the main suspect, but not proven");
  });
  it("names no root cause, ranks the candidates, and lists the next checks", () => {
    expect(text.split("\n")[0]).toBe("INCONCLUSIVE  no single cause stands out");
    expect(section(text, "Top candidates").filter((line) => /^ +\d\./.test(line))).toEqual([
      "  1. store (service) 41 %: connection pool exhausted",
      "  2. orders (service) 37 %: slow code",
    ]);
    expect(section(text, "Check this next")[0]).toBe(
      "  • Network retransmits between orders and store, 08:40 to 08:44",
    );
    expect(text).toContain("Confidence  Possible, 41 % that store is the root cause");
  });
});

describe("a report of no incident", () => {
  const text = plain(quietReport());
  it("lists which signals were checked, which were quiet, and which were not checked", () => {
    expect(text.split("\n")[0]).toBe("NO INCIDENT  the telemetry shows nothing that explains the alarm");
    expect(section(text, "Checked")).toEqual([
      "  logs           quiet",
      "  metrics        1 minor finding [E1]",
      "  traces         not checked",
      "  alerts         quiet",
      "  cluster state  quiet",
      "  changes        quiet, read in part",
    ]);
  });
});

it("draws no path and gives no onset when there was no incident", () => {
  const text = plain({ ...quietReport(), hypotheses: provenReport().hypotheses });
  expect(text).not.toMatch(/Path from|◀|Began|Wrong if/);
});

it("names no proven cause for an incident that is over and unproven", () => {
  const text = plain(provenReport({ verdict: "recovered", root_causes: [] }));
  expect(text).toContain("◀ likeliest cause");
  expect(text).not.toContain("◀ cause");
});

describe("layout", () => {
  it.each([40, 60, 80, 120, 200])("keeps to %d columns, except commands", (width) => {
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
  it("is coloured only on request, and says the same", () => {
    const coloured = renderText(provenReport(), { color: true, width: 80 });
    expect(coloured).toContain("\u001b[");
    expect(stripVTControlCharacters(coloured)).toBe(plain(provenReport()));
  });
});

describe("the plan", () => {
  const planOf = (changes: Partial<Report>, review?: ReviewState): string =>
    section(renderText(provenReport(changes), { color: false, width: 120, review }), "Plan").join("\n");
  it("says in full why the runbook fits", () => {
    expect(renderText(provenReport(), { color: false, width: 120, isFull: true })).toContain(
      "  Runbook connection-pool-exhausted: it treats this cause on a service.\n",
    );
  });
  it("shows the commands that each script would run", () => {
    const script =
      "declare +x -r WORKLOAD='deployment/store'\n\napply() {\n  change kubectl rollout undo \"${WORKLOAD}\"\n}\n";
    expect(planOf({ actions: provenReport().actions.map((action) => ({ ...action, script })) })).toContain(
      "     would run: kubectl rollout undo deployment/store\n",
    );
  });
  it("counts the actions that it leaves out", () => {
    const [one] = provenReport().actions;
    const actions = Array.from({ length: 5 }, (_, i) => ({ ...one, id: `a${i}` })) as Report["actions"];
    expect(planOf({ actions })).toContain(
      "$ causeway show shop-17-1  # the exact scripts, 2 more actions, next checks",
    );
  });
  it("names the target once when the title names it", () => {
    expect(
      planOf({ actions: provenReport().actions.map((action) => ({ ...action, title: "Restart it: store" })) }),
    ).toContain("1. Restart it: store\n");
  });
  it.each(["approved", "rejected"] as const)(
    "says who %s it, when and why, and does not offer it again",
    (decision) => {
      const review = { decisions: [{ ...anApproval, decision, note: "as\u001b discussed" }], nowMs: 0 };
      expect(planOf({}, review)).toContain(`${decision} by ada on 2026-11-23 09:00 UTC: as␛ discussed`);
      expect(planOf({}, review)).not.toMatch(/causeway (approve|reject)|expires/);
      expect(renderText(provenReport(), { color: false, width: 80, review })).not.toContain("before you approve");
    },
  );
  it("does not offer an expired action", () => {
    const late = { decisions: [], nowMs: Date.parse("2026-11-24T08:43:04.000Z") };
    expect(planOf({}, late)).toContain("expired on 2026-11-24 08:43 UTC without a decision");
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

describe("the next checks", () => {
  const refutes = "The wait for a connection stays flat while the latency of store rises.";
  const isFull = true;
  const full = (next_evidence: string[]): string =>
    renderText(provenReport({ next_evidence }), { color: false, width: 120, isFull });
  it("list each check once, also when it is worded as a query and as a refutation", () => {
    expect(full([`refute "store": look for ${refutes}`])).not.toContain("Wrong if");
    expect(full(["Ask it.", "ask it"]).match(/ask it/gi)).toHaveLength(1);
    expect(full(["Ask it."])).toContain(`Wrong if    ${refutes}\n`);
  });
  it("are left out of a first look at a sure root cause", () => {
    expect(plain(provenReport())).not.toContain("Next checks");
    const unsure = provenReport().root_causes.map((cause) => ({ ...cause, confidence: 0.6 }));
    expect(plain(provenReport({ root_causes: unsure }))).toContain("Next checks\n  • Who else holds connections");
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
  it("names no command for content that it already shows", () => {
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
  /** Characters of a rendered report that could control the terminal or break the layout. */
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
    /** The text after each escape character, up to the end of a colour. */
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

describe("runbooks that alerts link to", () => {
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
  it("follow the plan, with their name and their alerts", () => {
    expect(section(plain(pointing({})), "Runbooks that alerts link to")).toEqual([
      "  • https://r.example/crash-loop (the runbook crash-loop, from Down and 1 more",
      "    alert)",
    ]);
    expect(plain(pointing({ runbook: null, title: "Crashes", alerts: ["Down"] }))).toContain(
      'https://r.example/crash-loop ("Crashes", from Down)',
    );
  });
  it("are left out when no alert links to one", () => {
    expect(plain(provenReport())).not.toContain("link to");
  });
});
