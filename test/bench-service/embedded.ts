import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { startServer } from "./causeway-process.ts";
import { deliveriesOf } from "./deliveries.ts";
import { printFigures, quantileOf } from "./figures.ts";
import { getJson, send } from "./sender.ts";

type Options = { perSecond: number; seconds: number; groups: number; patienceS: number };
type Answer = { incident_ids: string[]; repeated: boolean; duplicates: number };
type Summary = { id: string; status: string; why: string | null };

/**
 * From the start of the process to the first delivery, milliseconds: nobody sends 200 a second to one that is still
 * loading.
 */
const SETTLE_MS = 5_000;

/**
 * One process, SQLite: alerts come in at a steady rate while what they open is analysed. @returns whether all gates
 * hold.
 */
export async function benchEmbedded({ perSecond, seconds, groups, patienceS }: Options): Promise<boolean> {
  const home = await mkdtemp(join(tmpdir(), "causeway-bench-"));
  const server = await startServer({ CAUSEWAY_HOME: home, LOG_LEVEL: "error" });
  const deliveries = deliveriesOf(
    { count: perSecond * seconds, groups, resolved: 0.1, repeats: 0.2, late: 0.05 },
    Date.now() - 600_000,
  );
  await sleep(SETTLE_MS);
  const startedMs = performance.now();
  const replies = await Promise.all(
    deliveries.map(async (delivery, i) => {
      const dueMs = startedMs + (i * 1000) / perSecond;
      await sleep(Math.max(0, dueMs - performance.now()));
      return { delivery, reply: await send("POST", `${server.url}/v1/webhooks/alertmanager`, delivery.body, dueMs) };
    }),
  );
  const sentS = (performance.now() - startedMs) / 1000;
  const accepted = replies
    .filter(({ reply }) => reply.status === 202)
    .map(({ delivery, reply }) => ({ ...delivery, ms: reply.ms, answer: JSON.parse(reply.body) as Answer }));
  const incidentsOf = Map.groupBy(
    accepted.flatMap(({ group, answer }) => answer.incident_ids.map((id) => ({ group, id }))),
    ({ group }) => group,
  );
  const ids = new Set([...incidentsOf.values()].flat().map(({ id }) => id));

  let analyses: { incidentId: string; own: Summary[] }[] = [];
  const isOver = ({ own }: { own: Summary[] }): boolean =>
    own.length > 0 &&
    own.every(({ status }) => status === "done" || status === "waiting_for_review" || status === "failed");
  const lookingMs = performance.now();
  while (performance.now() - lookingMs < patienceS * 1000) {
    analyses = [];
    for (const incidentId of ids)
      analyses.push({
        incidentId,
        own: (await getJson(`${server.url}/v1/incidents/${incidentId}`)).analyses as Summary[],
      });
    if (analyses.every(isOver)) break;
    await sleep(5_000);
  }
  const analysedS = (performance.now() - startedMs) / 1000;
  const kinds = Object.fromEntries(
    ["firing", "resolved", "repeat", "late"].map((kind) => [
      kind,
      deliveries.filter((one) => one.kind === kind).length,
    ]),
  );
  const done = analyses.filter(({ own }) =>
    own.some(({ status }) => status === "done" || status === "waiting_for_review"),
  );
  const failed = analyses.flatMap(({ own }) => own.filter(({ status }) => status === "failed"));
  const ms = accepted.map((one) => one.ms);
  const [p50, p95, p99] = [0.5, 0.95, 0.99].map((share) => quantileOf(ms, share)) as [number, number, number];
  const several = [...incidentsOf.values()].filter((own) => new Set(own.map(({ id }) => id)).size > 1).length;
  await server.end();
  for (const { own } of analyses)
    for (const { status, why } of own) if (status === "failed") process.stderr.write(`failed: ${why}\n`);
  return printFigures(
    `Embedded: one process, SQLite, ${perSecond} deliveries/s for ${seconds} s over ${groups} groups`,
    {
      "deliveries sent": `${deliveries.length} in ${sentS.toFixed(1)} s (${Object.entries(kinds)
        .map(([kind, n]) => `${n} ${kind}`)
        .join(", ")})`,
      accepted: accepted.length,
      incidents: ids.size,
      "exact repeats recognised": accepted.filter(({ answer }) => answer.repeated).length,
      "duplicate alerts folded": accepted.reduce((sum, { answer }) => sum + answer.duplicates, 0),
      "202 after (p50 / p95 / p99 / max)": `${p50.toFixed(1)} / ${p95.toFixed(1)} / ${p99.toFixed(1)} / ${Math.max(...ms).toFixed(1)} ms`,
      "incidents analysed": `${done.length}, the last ${analysedS.toFixed(0)} s after the first delivery`,
      "analyses failed": failed.length,
      "deliveries lost": deliveries.length - accepted.length,
      "groups with several incidents": several,
      "incidents analysed twice": analyses.filter(({ own }) => own.length > 1).length,
    },
    [
      ["p99 of the 202 under 150 ms", p99 < 150],
      [
        "no delivery lost, each in exactly one incident",
        accepted.length === deliveries.length &&
          accepted.every(({ answer }) => answer.incident_ids.length === 1) &&
          several === 0 &&
          ids.size === groups,
      ],
      [
        "all incidents analysed, once, within 15 min",
        done.length === groups && analyses.every(({ own }) => own.length === 1) && analysedS < 900,
      ],
    ],
  );
}
