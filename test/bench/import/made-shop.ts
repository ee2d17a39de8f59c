/** An invented shop: the gateway calls orders, which calls stock and mail. At the fault, stock runs out of CPU. */
export const SERVICES = ["gateway", "orders", "stock", "mail"] as const;
type Service = (typeof SERVICES)[number];

/** 2026-03-01T10:30:00Z. */
export const FAULT_MS = Date.parse("2026-03-01T10:30:00Z");
export const FIRST_MS = FAULT_MS - 30 * 60_000;
export const LAST_MS = FAULT_MS + 5 * 60_000;

const STEP_MS = 15_000;
/** Share of the work that each service waits for another in the fault. */
const SLOWED: Record<Service, number> = { gateway: 12, orders: 16, stock: 40, mail: 1 };

export type MadeSample = { timeMs: number; service: Service; cpu: number; latencyMs: number; errors: number };
export type MadeSpan = {
  timeMs: number;
  trace: string;
  id: string;
  parent: string;
  service: Service;
  operation: string;
  durationMs: number;
  failed: boolean;
};
export type MadeLog = { timeMs: number; service: Service; text: string; trace: string; span: string };

const wobble = (at: number): number => 1 + ((at * 7) % 11) / 200;
const timesMs = (stepMs: number): number[] =>
  Array.from({ length: Math.floor((LAST_MS - FIRST_MS) / stepMs) }, (_, at) => FIRST_MS + at * stepMs);

/** @param stepMs between two samples. */
export const samples = (stepMs = STEP_MS): MadeSample[] =>
  timesMs(stepMs).flatMap((timeMs, at) =>
    SERVICES.map((service) => {
      const isFaulty = timeMs >= FAULT_MS;
      return {
        timeMs,
        service,
        cpu: (isFaulty && service === "stock" ? 0.97 : 0.2) * wobble(at),
        latencyMs: (isFaulty ? SLOWED[service] : 1) * 20 * wobble(at),
        errors: isFaulty && service !== "mail" ? 3 : 0,
      };
    }),
  );

/** One request every `stepMs`, as spans of all services. */
export const spans = (stepMs = STEP_MS): MadeSpan[] =>
  timesMs(stepMs).flatMap((timeMs, at) => {
    const trace = `${at}`.padStart(32, "a");
    const span = (service: Service, place: number, parent: string, operation: string): MadeSpan => ({
      timeMs: timeMs + place,
      trace,
      id: `${at}${place}`.padStart(16, "b"),
      parent,
      service,
      operation,
      durationMs: (timeMs >= FAULT_MS ? SLOWED[service] : 1) * (40 - 8 * place) * wobble(at),
      failed: timeMs >= FAULT_MS && service === "stock",
    });
    const id = (place: number): string => `${at}${place}`.padStart(16, "b");
    return [
      span("gateway", 0, "", "POST /order"),
      span("orders", 1, id(0), "place"),
      span("stock", 2, id(1), "reserve"),
      span("mail", 3, id(1), "confirm"),
    ];
  });

/** A line of each service for each request; stock fails in the fault. */
export const logs = (stepMs = STEP_MS): MadeLog[] =>
  spans(stepMs).map(({ timeMs, trace, id, service, operation, durationMs, failed }) => ({
    timeMs,
    service,
    text: failed
      ? `ERROR ${operation} timed out after ${Math.round(durationMs)} ms, worker pool exhausted`
      : `INFO ${operation} done in ${Math.round(durationMs)} ms`,
    trace,
    span: id,
  }));

export const nanos = (timeMs: number): string => `${timeMs}000000`;
export const csv = (rows: readonly (readonly (string | number)[])[]): string =>
  `${rows.map((row) => row.map((cell) => (/[",\n]/.test(`${cell}`) ? `"${`${cell}`.replaceAll('"', '""')}"` : cell)).join(",")).join("\n")}\n`;
