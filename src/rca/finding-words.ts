import type { CitedFinding } from "../domain/finding.ts";
import { withoutClientText } from "./signatures/client-text.ts";

/** The status in an access line: the server chose it, the rest of the line is the client's. */
const STATUS = /HTTP\/\d(?:\.\d)?" (\d{3})\b/;

/** True for the line of a request that was answered. */
export const isAccessLine = ({ evidence: { template } }: CitedFinding): boolean => STATUS.test(template ?? "");

/** Reads the words of findings, lower case, between spaces. Each finding is read once. */
export function findingWords(): (finding: CitedFinding) => string {
  const known = new Map<CitedFinding, string>();
  return (finding) => {
    const text = known.get(finding) ?? wordsOf(finding);
    known.set(finding, text);
    return text;
  };
}

/** What clients choose in a log line is left out: it proves nothing. */
function wordsOf({ signal, kind, entity, summary, evidence: { facts, template, exemplar } }: CitedFinding): string {
  const metric = typeof facts.metric === "string" ? inWords(facts.metric) : null;
  const lines = [template, exemplar].flatMap((line) => line ?? []);
  const status = lines.map((line) => STATUS.exec(line)?.[1]).find((code) => code !== undefined);
  const isLine = signal === "log" && kind !== "log.event-flow";
  const statement =
    signal === "cluster" && summary.startsWith(`${entity.id}:`) ? summary.slice(entity.id.length) : summary;
  const written = isLine ? [...lines.map(withoutClientText), status] : [statement, ...lines];
  const parts = [...written, metric, facts.metric, facts.name, facts.status, facts.level];
  return ` ${parts.filter((part) => part != null).join(" ")} `.replace(/[^A-Za-z0-9_]+/g, " ").toLowerCase();
}

/** `process_open_fds` and `OpenFds` as words. */
const inWords = (name: string): string => name.replaceAll("_", " ").replace(/([a-z])([A-Z])/g, "$1 $2");
