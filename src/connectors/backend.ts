import {
  BrokenCircuitError,
  bulkhead,
  type BulkheadPolicy,
  circuitBreaker,
  type CircuitBreakerPolicy,
  ConsecutiveBreaker,
  handleWhen,
} from "cockatiel";
import { IncidentError, isUnavailable } from "../domain/errors.ts";
import { openHttpDoor } from "./http.ts";
import { type QueryBudget, queryBudget, type QueryLimits, type QueryUse } from "./http/query-limits.ts";
import type { HttpDoor, HttpRequest, HttpRetry, HttpServer } from "./http/types.ts";

/** Failures in a row after which a backend is left alone, and for how long. */
const MAX_FAILURES = 5;
const REST_MS = 30_000;
const RETRY: HttpRetry = { times: 3, on: "unavailable" };

const newBreaker = (): CircuitBreakerPolicy =>
  circuitBreaker(handleWhen(isUnavailable), {
    halfOpenAfter: REST_MS,
    breaker: new ConsecutiveBreaker(MAX_FAILURES),
  });

/** The HTTP methods that connectors use, within the limits of one analysis. They throw as `HttpDoor` does. */
export type QueryDoor = Pick<HttpDoor, "name" | "json" | "jsonPage" | "text" | "stream"> & {
  readonly used: Readonly<QueryUse>;
  /** The clock of the server, as its answer to `request` states it, Unix milliseconds. Null if it states none. */
  clockMs(request: HttpRequest): Promise<number | null>;
};

/**
 * A server that answers queries about telemetry. Connections, the number of simultaneous queries and the circuit
 * breaker are shared by all analyses. Each analysis gets limits of its own.
 */
export type Backend = {
  forAnalysis(): QueryDoor;
  /**
   * The same for a server that leads to others: one limit for all of them, but a circuit breaker for each, so that one
   * that is down does not stop the others. `part`: what a door leads to, for messages.
   */
  partsForAnalysis(): (part: string) => QueryDoor;
  close(): Promise<void>;
};

/**
 * Treats a backend as a considerate person would: few queries at once, a pause where the server names one (429,
 * `Retry-After`), and none for half a minute after five failures in a row.
 */
export function openBackend(server: HttpServer, limits: QueryLimits): Backend {
  const door = openHttpDoor(server);
  const slots = bulkhead(limits.concurrency, Number.POSITIVE_INFINITY);
  const breaker = newBreaker();
  const breakers = new Map<string, CircuitBreakerPolicy>();
  const breakerOf = (part: string): CircuitBreakerPolicy => {
    const known = breakers.get(part) ?? newBreaker();
    breakers.set(part, known);
    return known;
  };
  return {
    forAnalysis: () => limitedDoor(door, server.label, { slots, breaker, budget: queryBudget(server.label, limits) }),
    partsForAnalysis() {
      const budget = queryBudget(server.label, limits);
      return (part) => limitedDoor(door, `${part} behind ${server.label}`, { slots, breaker: breakerOf(part), budget });
    },
    close: () => door.close(),
  };
}

type Manners = { slots: BulkheadPolicy; breaker: CircuitBreakerPolicy; budget: QueryBudget };

function limitedDoor(door: HttpDoor, label: string, { slots, breaker, budget }: Manners): QueryDoor {
  /** Runs one exchange in a slot. @throws {IncidentError} REJECTED if a limit is reached, UNAVAILABLE while it rests */
  async function run<T>(request: HttpRequest, exchange: (request: HttpRequest) => Promise<T>): Promise<T> {
    budget.takeQuery();
    const counted = { retry: RETRY, ...request, onBytes: budget.takeBytes };
    try {
      return await slots.execute(async () => {
        const startedMs = performance.now();
        try {
          return await breaker.execute(() => exchange(counted));
        } finally {
          budget.takeTime(performance.now() - startedMs);
        }
      }, request.signal);
    } catch (error) {
      request.signal?.throwIfAborted();
      throw error instanceof BrokenCircuitError ? resting(label, error) : error;
    }
  }

  /** A streamed body keeps its slot until it was read or dropped. */
  const stream = (request: HttpRequest): Promise<AsyncIterable<Uint8Array>> =>
    new Promise((resolve, reject) => {
      run(request, async (counted) => {
        const body = await door.stream(counted);
        await new Promise<void>((free) => resolve(releasing(body, free)));
      }).catch(reject);
    });

  return {
    name: door.name,
    used: budget.used,
    json: (request, schema) => run(request, (counted) => door.json(counted, schema)),
    jsonPage: (request, schema) => run(request, (counted) => door.jsonPage(counted, schema)),
    text: (request) => run(request, (counted) => door.text(counted)),
    stream,
    clockMs: (request) =>
      run(request, async (counted) => {
        const { headers, discard } = await door.send(counted);
        discard();
        const ms = Date.parse(headers.date ?? "");
        return Number.isFinite(ms) ? ms + HALF_SECOND_MS : null;
      }),
  };
}

/** The header `Date` has whole seconds, and leaves out the rest. */
const HALF_SECOND_MS = 500;

async function* releasing(body: AsyncIterable<Uint8Array>, free: () => void): AsyncIterable<Uint8Array> {
  try {
    yield* body;
  } finally {
    free();
  }
}

const resting = (label: string, cause: unknown): IncidentError =>
  new IncidentError("UNAVAILABLE", `${label} failed ${MAX_FAILURES} times in a row and is paused`, {
    hint: `Causeway queries it again ${REST_MS / 1_000} s after its last failure. Is the server up?`,
    cause,
  });
