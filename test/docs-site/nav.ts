/** A group of pages in the order of reading; paths below `docs/`, without the ending. */
export type NavGroup = { title: string; pages: readonly string[] };

/** Every page of `docs/` is in one group; decisions are listed apart, newest first. */
export const NAV: readonly NavGroup[] = [
  { title: "Start", pages: ["first-ten-minutes", "your-data", "verdict", "page", "cli", "configuration"] },
  {
    title: "Telemetry",
    pages: ["live", "opentelemetry", "logs", "failure-messages", "metrics", "trace-backends", "call-graph", "cluster"],
  },
  { title: "Alerts, chat and agents", pages: ["triage", "slack", "notifications", "mcp", "http"] },
  { title: "Changes and outlook", pages: ["changes", "forecast"] },
  { title: "Remediation", pages: ["runbooks", "remediation", "lab"] },
  { title: "Memory and models", pages: ["memory", "model", "experiments"] },
  { title: "Running it", pages: ["deploy", "service", "retention", "security", "releasing"] },
  {
    title: "Benchmarks",
    pages: ["benchmarks", "running-benches", "tasks", "acting", "ops-qa", "importing", "cluster-rules"],
  },
  { title: "Inside", pages: ["architecture", "glossary"] },
];
