import type { Abnormal } from "../abnormal.ts";
import type { Names } from "../names.ts";
import type { ClusterState } from "../state.ts";

/** What an error line says about the program that wrote it. `blames`: itself, or the database that it talks to. */
const SAYS: readonly { words: RegExp; says: string; blames: "self" | "database"; strength: number }[] = [
  { words: /Access denied for user|password authentication failed|authentication failed for|Login failed for user|WRONGPASS|NOAUTH/i, says: "the database refuses its credentials", blames: "self", strength: 4 },
  { words: /address already in use|port \d+ (is|was) already in use|EADDRINUSE|PortInUse/i, says: "the port that it wants to serve is already in use in its pod", blames: "self", strength: 4 },
  { words: /Too many connections|too many clients already|remaining connection slots/i, says: "no connections are left", blames: "database", strength: 4 },
  { words: /read[- _]only (option|mode|transaction|replica)|READONLY You can't write|is read-only|super-read-only/i, says: "it is read-only", blames: "database", strength: 4 },
  { words: /Permission denied|EACCES|Read-only file system/i, says: "a file or volume denies it access: permission denied", blames: "self", strength: 4 },
  { words: /No space left on device|ENOSPC/i, says: "its disk is full", blames: "self", strength: 4 },
  { words: /Communications link failure|Connection to \S+:\d+ refused|Could not open JDBC Connection/i, says: "its database does not answer at the address that it uses", blames: "self", strength: 1 },
];

/** What the error logs say plainly. A program that cannot reach another says little: the other's own state tells. */
export function judgeErrorLogs({ errorLogs, workloads }: ClusterState, names: Names): Abnormal[] {
  return errorLogs.flatMap(({ service, source, lines }): Abnormal[] => {
    const self = names.app(service);
    const isDatabase = workloads.some(({ name, kind }) => name === service && kind === "StatefulSet");
    return SAYS.flatMap(({ words, says, blames, strength }): Abnormal[] => {
      const [line] = lines.filter(({ text }) => words.test(text));
      if (!line) return [];
      const count = lines.filter(({ text }) => words.test(text)).reduce((sum, one) => sum + one.count, 0);
      // a database that turns someone away does what it is told to
      if (blames === "self" && isDatabase && says.includes("credentials")) return [];
      const kind = says.includes("credentials") || blames === "self" ? "cluster.misconfiguration" as const : "cluster.not-ready" as const;
      return [{ kind, entity: self, source, strength, summary: `${self.id}: logs that ${says}`, facts: { count }, exemplar: line.text.slice(0, 500) }];
    });
  });
}
