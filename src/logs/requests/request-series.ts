import type { Series } from "../../domain/telemetry.ts";
import { quantile } from "../../stats/quantile.ts";
import type { AnsweredRequest } from "./request-reader.ts";

/** Names of the metrics that access lines give. */
export const REQUEST_METRICS = {
  traffic: "access.requests_per_minute",
  errors: "access.error_ratio",
  latency: "access.latency_p95_ms",
} as const;

const CELL_MS = 30_000;
/** Numbers of cells in one sample: 30 s, 1, 2 and 5 minutes. */
const WIDTHS = [1, 2, 4, 10] as const;
/** A sample should stand for this many requests in the median, and one of fewer than the second says nothing. */
const USUAL_REQUESTS = 10;
const MIN_REQUESTS = 4;
const MAX_CELLS = 200_000;
const MAX_LATENCIES = 256;
/** A service whose lines state fewer latencies than this share of its requests has none. */
const MIN_TIMED_SHARE = 0.5;
/** nginx: the client closed the connection, because it waited too long. */
const CLIENT_GAVE_UP = 499;

type Cell = { requests: number; failed: number; timed: number; latencies: number[] };

/** Requests of a service, and those that failed, in each half minute; in no order. */
export type RequestCounts = { service: string; timesMs: number[]; requests: number[]; failed: number[] };

/** Counts answered requests of each service, and gives their series. Memory is bounded. */
export class RequestSeries {
  private readonly services = new Map<string, Map<number, Cell>>();
  private cells = 0;

  add(service: string, atMs: number, { status, latencyMs }: AnsweredRequest): void {
    const cell = this.cellOf(service, Math.floor(atMs / CELL_MS));
    if (cell === null) return;
    cell.requests += 1;
    if (status >= 500 || status === CLIENT_GAVE_UP) cell.failed += 1;
    if (Number.isNaN(latencyMs)) return;
    keep(cell, latencyMs);
  }

  /** Traffic, share of failed requests and 95th percentile of the latency of each service, by time. */
  series(): Series[] {
    return [...this.services]
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .flatMap(([service, cells]) => seriesOf(service, cells));
  }

  counts(): RequestCounts[] {
    return [...this.services].map(([service, cells]) => ({
      service,
      timesMs: [...cells.keys()].map((at) => at * CELL_MS),
      requests: [...cells.values()].map(({ requests }) => requests),
      failed: [...cells.values()].map(({ failed }) => failed),
    }));
  }

  private cellOf(service: string, at: number): Cell | null {
    let cells = this.services.get(service);
    if (cells === undefined) this.services.set(service, (cells = new Map()));
    const known = cells.get(at);
    if (known !== undefined) return known;
    if (this.cells >= MAX_CELLS) return null;
    this.cells += 1;
    const cell = { requests: 0, failed: 0, timed: 0, latencies: [] };
    cells.set(at, cell);
    return cell;
  }
}

/** Keeps a sample of the latencies of a busy cell. The choice hangs on the count alone, so that it is repeatable. */
function keep(cell: Cell, latencyMs: number): void {
  const nth = cell.timed;
  cell.timed += 1;
  if (nth < MAX_LATENCIES) cell.latencies.push(latencyMs);
  else if ((Math.imul(nth, 0x9e3779b1) >>> 0) % (nth + 1) < MAX_LATENCIES)
    cell.latencies[(Math.imul(nth, 0x85ebca6b) >>> 0) % MAX_LATENCIES] = latencyMs;
}

function seriesOf(service: string, cells: ReadonlyMap<number, Cell>): Series[] {
  const width = widthFor(cells);
  const wide = widened(cells, width);
  const stepMs = width * CELL_MS;
  const [first, last] = [wide[0]?.at ?? 0, wide.at(-1)?.at ?? 0];
  const whole = wide.filter(({ at }) => at > first && at < last); // the first and the last are cut off
  const enough = wide.filter(({ cell }) => cell.requests >= MIN_REQUESTS);
  const timed = sum(wide.map(({ cell }) => cell.timed)) >= MIN_TIMED_SHARE * sum(wide.map(({ cell }) => cell.requests));
  const made = (metric: string, rows: readonly Wide[], value: (cell: Cell) => number): Series => ({
    entity: service,
    entityKind: "service",
    metric,
    timesMs: rows.map(({ at }) => at * stepMs),
    values: rows.map(({ cell }) => value(cell)),
  });
  const { traffic, errors, latency } = REQUEST_METRICS;
  return [
    made(traffic, whole, ({ requests }) => (requests * 60_000) / stepMs),
    made(errors, enough, ({ failed, requests }) => failed / requests),
    ...(timed
      ? [
          made(
            latency,
            enough.filter(({ cell }) => cell.latencies.length >= MIN_REQUESTS),
            ({ latencies }) => quantile(latencies, 0.95),
          ),
        ]
      : []),
  ];
}

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

/** The narrowest width at which a sample usually stands for enough requests. */
function widthFor(cells: ReadonlyMap<number, Cell>): number {
  const usual = (width: number): number =>
    quantile(
      widened(cells, width).map(({ cell }) => cell.requests),
      0.5,
    );
  return WIDTHS.find((width) => usual(width) >= USUAL_REQUESTS) ?? WIDTHS[WIDTHS.length - 1] ?? 1;
}

type Wide = { at: number; cell: Cell };

/** Joins each `width` cells, ascending in time. */
function widened(cells: ReadonlyMap<number, Cell>, width: number): Wide[] {
  const joined = new Map<number, Cell>();
  for (const [at, cell] of cells) {
    const to = Math.floor(at / width);
    const known = joined.get(to);
    if (known === undefined) joined.set(to, { ...cell, latencies: [...cell.latencies] });
    else {
      known.requests += cell.requests;
      known.failed += cell.failed;
      known.timed += cell.timed;
      known.latencies.push(...cell.latencies);
    }
  }
  return [...joined].map(([at, cell]) => ({ at, cell })).toSorted((a, b) => a.at - b.at);
}
