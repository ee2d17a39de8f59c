import type { Command } from "commander";
import type { Done } from "./exit-codes.ts";
import type { Io } from "./io.ts";

/** Gives a command its options, arguments and action. */
type Define = (command: Command, io: Io, done: Done) => void;

/** One command as the program's help lists it. Its module loads only when the command is called. */
export type CommandEntry = {
  name: string;
  alias?: string;
  /** Its arguments, as the help lists them. A test holds them equal to what `load` defines. */
  args?: string;
  summary: string;
  load: () => Promise<Define>;
};

export const COMMANDS: readonly CommandEntry[] = [
  {
    name: "analyze",
    alias: "analyse",
    args: "[incident-id]",
    summary: "analyze an incident: show what broke, since when, and why",
    load: async () => (await import("./commands/analyze.ts")).defineAnalyze,
  },
  {
    name: "investigate",
    summary: "pull what fires at an Alertmanager, group it into incidents, and analyze them",
    load: async () => (await import("./commands/investigate.ts")).defineInvestigate,
  },
  {
    name: "incidents",
    summary: "list the incidents that can be analyzed",
    load: async () => (await import("./commands/incidents.ts")).defineIncidents,
  },
  {
    name: "analyses",
    args: "[incident-id]",
    summary: "list the analyses in this home folder or database, newest first",
    load: async () => (await import("./commands/analyses.ts")).defineAnalyses,
  },
  {
    name: "show",
    args: "<analysis-id>",
    summary: "show the report of an earlier analysis with its full scripts and the decisions on it",
    load: async () => (await import("./commands/show.ts")).defineShow,
  },
  {
    name: "evidence",
    args: "<analysis-id> [evidence-ids...]",
    summary: "list the evidence of a report: numbers, queries, raw lines and points; --rerun runs the queries again",
    load: async () => (await import("./commands/evidence.ts")).defineEvidence,
  },
  {
    name: "reveal",
    args: "<texts...>",
    summary: "show what marks such as ⟨email:…⟩ stand for, on this machine only; - reads standard input",
    load: async () => (await import("./commands/reveal.ts")).defineReveal,
  },
  {
    name: "send",
    args: "[analysis-id]",
    summary: "post the conclusion of a report to a chat, a ticket or a signed webhook (docs/notifications.md)",
    load: async () => (await import("./commands/send.ts")).defineSend,
  },
  {
    name: "forecast",
    args: "<incident-id>",
    summary: "list what runs out: disks, inodes, memory, pools, quotas, certificates; when, and how sure that is",
    load: async () => (await import("./commands/forecast.ts")).defineForecast,
  },
  {
    name: "impact",
    args: "<incident-id>",
    summary: "say what each change did: better, worse, no difference shown, cannot tell; beside untouched peers",
    load: async () => (await import("./commands/impact.ts")).defineImpact,
  },
  {
    name: "ask",
    args: "<analysis-id> [question]",
    summary: "ask about an analysis: why not X, what changed, or a plan over its telemetry",
    load: async () => (await import("./commands/ask.ts")).defineAsk,
  },
  {
    name: "approve",
    args: "<action-id>",
    summary: "approve an action: record the decision and export the script exactly as it was shown",
    load: async () => (await import("./commands/decide.ts")).defineApprove,
  },
  {
    name: "reject",
    args: "<action-id>",
    summary: "reject an action, and record the decision",
    load: async () => (await import("./commands/decide.ts")).defineReject,
  },
  {
    name: "edit",
    args: "<action-id>",
    summary: "replace an open action by one with your values or commands; it has a new hash and needs its own approval",
    load: async () => (await import("./commands/edit.ts")).defineEdit,
  },
  {
    name: "silence",
    args: "<analysis-id>",
    summary: "propose to silence the alerts of an incident, each by exactly its labels; the silence needs approval",
    load: async () => (await import("./commands/silence.ts")).defineSilence,
  },
  {
    name: "outcome",
    args: "<action-id> <effect>",
    summary: "say what an approved script did once you ran it: helped, did-not-help or made-worse",
    load: async () => (await import("./commands/outcome.ts")).defineOutcome,
  },
  {
    name: "execute",
    args: "<action-id>",
    summary: "execute an approved action once: check, apply, verify, and roll back if it does not help",
    load: async () => (await import("./commands/execute.ts")).defineExecute,
  },
  {
    name: "executions",
    summary: "list what was executed, and show how it ended",
    load: async () => (await import("./commands/execute.ts")).defineExecutions,
  },
  {
    name: "policy",
    summary: "show the approval policy in effect, and explain what it demands of an action",
    load: async () => (await import("./commands/policy.ts")).definePolicy,
  },
  {
    name: "audit",
    summary: "list, check and export the log of proposals, decisions, refusals and exports",
    load: async () => (await import("./commands/audit.ts")).defineAudit,
  },
  {
    name: "feedback",
    args: "<analysis-id>",
    summary: "say whether an analysis was right; the memory of past incidents learns from it",
    load: async () => (await import("./commands/feedback.ts")).defineFeedback,
  },
  {
    name: "similar",
    args: "<incident-id>",
    summary: "list similar past incidents: how likely each had the same cause, why, and how it ended",
    load: async () => (await import("./commands/similar.ts")).defineSimilar,
  },
  {
    name: "triage",
    args: "<file>",
    summary: "group alerts into incidents, with severity and owner; - reads standard input",
    load: async () => (await import("./commands/triage.ts")).defineTriage,
  },
  {
    name: "cluster",
    summary: "say what is wrong with a cluster, from pasted output of kubectl, dumps or a support bundle",
    load: async () => (await import("./commands/cluster.ts")).defineCluster,
  },
  {
    name: "replay",
    args: "<scenario-dir>",
    summary: "analyze one recorded scenario from any folder",
    load: async () => (await import("./commands/replay.ts")).defineReplay,
  },
  {
    name: "record",
    args: "<incident-id>",
    summary: "analyze an incident and keep what was read of the live systems, as a scenario folder for replay",
    load: async () => (await import("./commands/record.ts")).defineRecord,
  },
  {
    name: "demo",
    summary: "analyze a recorded incident that comes with the program: no key, no network, nothing kept",
    load: async () => (await import("./commands/demo.ts")).defineDemo,
  },
  {
    name: "connect",
    args: "[pieces...]",
    summary: "print what to paste into Alertmanager, Grafana, a collector, Slack and Kubernetes, and the environment",
    load: async () => (await import("./commands/connect.ts")).defineConnect,
  },
  {
    name: "doctor",
    summary: "check that everything in the configuration works, and show the settings",
    load: async () => (await import("./commands/doctor.ts")).defineDoctor,
  },
  {
    name: "bench",
    summary: "measure the analysis on recorded scenarios",
    load: async () => (await import("./commands/bench.ts")).defineBench,
  },
  {
    name: "experiment",
    summary: "compare two configurations by a plan that names metric, guardrails and power first",
    load: async () => (await import("./commands/experiment.ts")).defineExperiment,
  },
  {
    name: "serve",
    summary: "serve HTTP: incidents, alert webhooks, analyses, approvals (see docs/service.md)",
    load: async () => (await import("./commands/serve.ts")).defineServe,
  },
  {
    name: "mcp",
    summary: "serve MCP on the standard streams: tools for other agents, none of which approves (see docs/mcp.md)",
    load: async () => (await import("./commands/mcp.ts")).defineMcp,
  },
  {
    name: "worker",
    summary: "run queued analyses; start any number of workers on one Postgres (DATABASE_URL)",
    load: async () => (await import("./commands/worker.ts")).defineWorker,
  },
  {
    name: "migrate",
    summary: "migrate the database to this version; every start does so too",
    load: async () => (await import("./commands/migrate.ts")).defineMigrate,
  },
  {
    name: "backup",
    args: "<folder>",
    summary: "copy the SQLite files of the home folder, also while a service runs",
    load: async () => (await import("./commands/backup.ts")).defineBackup,
  },
  {
    name: "prune",
    summary: "show what is older or larger than the limits of retention, and delete it (--yes)",
    load: async () => (await import("./commands/prune.ts")).definePrune,
  },
  {
    name: "config",
    summary: "show the settings in effect from flags, environment, file and defaults; secrets stay hidden",
    load: async () => (await import("./commands/config.ts")).defineConfig,
  },
  {
    name: "memory",
    summary: "manage the memory of past incidents: show, import, export, re-embed, snapshot, restore, remove",
    load: async () => (await import("./commands/memory.ts")).defineMemory,
  },
  {
    name: "runbooks",
    summary: "list, show and check runbooks, and find your own page for an alert",
    load: async () => (await import("./commands/runbooks.ts")).defineRunbooks,
  },
  {
    name: "ledger",
    summary: "show what the calls of language models used and cost, by day, model, task, incident or prompt",
    load: async () => (await import("./commands/ledger.ts")).defineLedger,
  },
  {
    name: "keys",
    summary: "manage the API keys of the HTTP service",
    load: async () => (await import("./commands/keys.ts")).defineKeys,
  },
  {
    name: "sessions",
    summary: "see who is signed in at the web pages, and end sessions",
    load: async () => (await import("./commands/sessions.ts")).defineSessions,
  },
  {
    name: "model",
    summary: "see what a model would get, or be the model: an OpenAI-compatible API that a person answers",
    load: async () => (await import("./commands/model.ts")).defineModel,
  },
  {
    name: "lab",
    summary: "break a small system of real processes on this machine, and measure how it is mended",
    load: async () => (await import("./commands/lab.ts")).defineLab,
  },
  {
    name: "slack",
    summary: "print the manifest of the Slack app (see docs/slack.md)",
    load: async () => (await import("./commands/slack.ts")).defineSlack,
  },
  {
    name: "logs",
    summary: "mine templates, sequences and differences from log files (plain, gz, zst; - is standard input)",
    load: async () => (await import("./commands/logs.ts")).defineLogs,
  },
];
