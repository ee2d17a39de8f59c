import { type JobAttempt, PgBoss } from "pg-boss";
import { z } from "zod";
import { CLAIM_MS, type QueueClaim, MAX_TRIES, type WorkQueue } from "../../domain/work-queue.ts";
import { placeOf } from "./open-database.ts";
import { storeError } from "./errors.ts";

const QUEUE = "analyses";
/** pg-boss moves analyses here that failed too often. */
const SPENT = "analyses-spent";
const SCHEMA = "causeway_queue";
/** Seconds; a longer analysis hangs. */
const LONGEST_RUN_S = 6 * 3600;
const LONGEST_WAIT_S = 60;
/** How often to look for expired claims, seconds. */
const SUPERVISE_S = 2;

const Job = z.object({ analysisId: z.string() });
/** The answer of a command; pg-boss's type leaves it out. */
const Affected = z.object({ affected: z.number() });

/** `supervise`: this process looks for expired claims, as workers do. `onError`: gets pg-boss's background failures. */
export type QueueOptions = { supervise: boolean; onError?: (error: unknown) => void };

/**
 * A work queue in Postgres (pg-boss), shared by all processes.
 *
 * @throws {IncidentError} when the server is unreachable.
 */
export async function postgresWorkQueue(
  url: string,
  { supervise, onError = () => undefined }: QueueOptions,
): Promise<WorkQueue> {
  const place = placeOf(url);
  const run = async <T>(query: () => Promise<T>): Promise<T> => {
    try {
      return await query();
    } catch (cause) {
      throw storeError(cause, place);
    }
  };
  const boss = new PgBoss({
    connectionString: url,
    schema: SCHEMA,
    max: 3,
    application_name: "causeway-queue",
    schedule: false,
    supervise,
    ...(supervise ? { superviseIntervalSeconds: SUPERVISE_S, monitorIntervalSeconds: SUPERVISE_S } : {}),
  });
  boss.on("error", onError);
  await run(async () => {
    await boss.start();
    await boss.createQueue(SPENT, { policy: "exclusive", retryLimit: 1000, retryDelay: 1 });
    await boss.createQueue(QUEUE, {
      policy: "exclusive",
      deadLetter: SPENT,
      retryLimit: MAX_TRIES - 1,
      retryDelay: 1,
      retryBackoff: true,
      retryDelayMax: LONGEST_WAIT_S,
      expireInSeconds: LONGEST_RUN_S,
      heartbeatSeconds: CLAIM_MS / 1000,
    });
  });
  const fetchFrom = async (queue: string): Promise<QueueClaim | null> => {
    const [job] = await boss.fetch(queue, { includeMetadata: true });
    return job
      ? {
          analysisId: Job.parse(job.data).analysisId,
          token: [queue, job.id, job.retryCount].join(" "),
          spent: queue === SPENT,
        }
      : null;
  };
  return {
    put: (analysisIds) =>
      run(
        async () =>
          void (await boss.insert(
            QUEUE,
            analysisIds.map((analysisId) => ({ data: { analysisId }, singletonKey: analysisId })),
          )),
      ),
    take: () => run(async () => (await fetchFrom(QUEUE)) ?? fetchFrom(SPENT)),
    async renew(claim) {
      const { queue, attempt } = parse(claim);
      return queue === SPENT || Affected.parse(await run(() => boss.touch(queue, attempt))).affected > 0;
    },
    async done(claim) {
      const { queue, attempt } = parse(claim);
      await run(() => boss.complete(queue, attempt));
    },
    async again(claim) {
      const { queue, attempt } = parse(claim);
      await run(() => boss.fail(queue, attempt));
    },
    close: () => boss.stop({ graceful: false, close: true }),
  };
}

function parse({ token }: QueueClaim): { queue: string; attempt: JobAttempt } {
  const [queue = "", id = "", retryCount = ""] = token.split(" ");
  return { queue, attempt: { id, retryCount: Number(retryCount) } };
}
