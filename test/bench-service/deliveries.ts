import { seededRandom } from "../../src/stats/seeded-random.ts";

/** One call of Alertmanager's webhook. `kind`: what it is among the others of its group. */
export type Delivery = { group: string; kind: "firing" | "resolved" | "repeat" | "late"; body: string };
export type Mix = { count: number; groups: number; resolved: number; repeats: number; late: number };

const ALERTS_OF_A_GROUP = 40;
/** How many deliveries later a late one comes. */
const LATENESS = 2_000;

type Alert = { n: number; status: "firing" | "resolved" };

function bodyOf(group: string, startMs: number, alerts: readonly Alert[]): string {
  const sent = alerts.map(({ n, status }) => ({
    status,
    fingerprint: `${group}-${n}`,
    labels: { alertname: `Alert${n}`, service: `service-${group}`, severity: "warning" },
    annotations: { summary: `alert ${n} of group ${group}` },
    startsAt: new Date(startMs + n * 1000).toISOString(),
    endsAt: status === "resolved" ? new Date(startMs + n * 1000 + 500_000).toISOString() : "0001-01-01T00:00:00Z",
  }));
  return JSON.stringify({
    version: "4",
    groupKey: `{}:{group="${group}"}`,
    status: "firing",
    receiver: "causeway",
    groupLabels: { group },
    commonLabels: {},
    commonAnnotations: {},
    externalURL: "http://alertmanager",
    alerts: sent,
  });
}

/**
 * Deliveries in sending order, the same for the same arguments. The first alert of a group fires to the end, so that
 * its incident is still open when its analysis starts: a closed one would be cancelled. The others fire and resolve.
 */
export function deliveriesOf({ count, groups, resolved, repeats, late }: Mix, startMs: number): Delivery[] {
  const random = seededRandom(6);
  const states = Array.from({ length: groups }, (_, i) => ({
    group: `g${i}`,
    next: 1,
    open: [] as number[],
    sent: [] as string[],
  }));
  const held: { at: number; delivery: Delivery }[] = [];
  const out: Delivery[] = [];
  for (let i = 0; out.length < count; i += 1) {
    const due = held[0]?.at === i ? held.shift() : undefined;
    if (due) {
      out.push(due.delivery);
      continue;
    }
    const state = i < groups ? states[i] : states[Math.floor(random() * groups)];
    if (!state) continue;
    const { group } = state;
    const draw = state.sent.length === 0 ? 1 : random();
    if (draw < repeats) {
      out.push({ group, kind: "repeat", body: state.sent[Math.floor(random() * state.sent.length)] ?? "" });
      continue;
    }
    const ends = draw < repeats + resolved ? state.open.shift() : undefined;
    if (ends !== undefined) {
      const body = bodyOf(group, startMs, [
        { n: 0, status: "firing" },
        { n: ends, status: "resolved" },
      ]);
      state.sent.push(body);
      out.push({ group, kind: "resolved", body });
      continue;
    }
    const n = state.sent.length === 0 ? 0 : state.next++ % (ALERTS_OF_A_GROUP * 10);
    const body = bodyOf(
      group,
      startMs,
      n === 0
        ? [{ n, status: "firing" }]
        : [
            { n: 0, status: "firing" },
            { n, status: "firing" },
          ],
    );
    state.sent.push(body);
    if (n > 0) state.open.push(n);
    if (n > 0 && draw < repeats + resolved + late && i + LATENESS < count)
      held.push({ at: i + LATENESS, delivery: { group, kind: "late", body } });
    else out.push({ group, kind: "firing", body });
  }
  return out;
}
