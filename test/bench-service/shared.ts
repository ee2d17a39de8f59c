import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { newPostgres } from "../postgres/server.ts";
import { type Causeway, startServer, startWorker } from "./causeway-process.ts";
import { deliveriesOf } from "./deliveries.ts";
import { printFigures } from "./figures.ts";
import { manyRecordings } from "./recordings.ts";
import { insist } from "./sender.ts";

/**
 * `incidents`: opened by alerts. `recordings`: recorded incidents to analyse, some seconds of work each. `seconds`: the time
 * over which deliveries and kills are spread.
 */
export type SharedOptions = {
  incidents: number;
  recordings: number;
  seconds: number;
  killEveryS: number;
  workers: number;
  patienceS: number;
};
/** `ends`: for each analysis, how often its end was told. */
export type SharedStory = {
  sent: number;
  retried: number;
  repeated: number;
  incidentIds: readonly (readonly string[])[];
  groups: number;
  stored: number;
  kills: number;
  analyses: number;
  unfinished: number;
  ends: readonly number[];
  takenOver: number;
  dead: number;
  drainCodes: readonly (number | null)[];
  tookS: number;
};

/** Workers on one Postgres are killed one after the other, and the Postgres is restarted, while work comes in. */
export async function sharedStory({
  incidents,
  recordings,
  seconds,
  killEveryS,
  workers: count,
  patienceS,
}: SharedOptions): Promise<SharedStory> {
  const postgres = await newPostgres([]); // durable, as its default is
  await postgres.start();
  const { dir, ids } = await manyRecordings(recordings);
  const env = {
    DATABASE_URL: postgres.url,
    CAUSEWAY_DATA: dir,
    CAUSEWAY_HOME: await mkdtemp(join(tmpdir(), "causeway-bench-")),
    LOG_LEVEL: "error",
  };
  const server = await startServer(env);
  const workers: Causeway[] = await Promise.all(Array.from({ length: count }, () => startWorker(env)));
  const startedMs = performance.now();
  const at = (share: number): Promise<void> =>
    sleep(Math.max(0, startedMs + share * seconds * 1000 - performance.now()));

  const deliveries = deliveriesOf(
    { count: incidents * 4, groups: incidents, resolved: 0.1, repeats: 0.2, late: 0 },
    Date.now() - 600_000,
  );
  const delivering = Promise.all(
    deliveries.map(async ({ body }, i) => {
      await at((0.9 * i) / deliveries.length);
      const reply = await insist("POST", `${server.url}/v1/webhooks/alertmanager`, body);
      return { ...(JSON.parse(reply.body) as { incident_ids: string[]; repeated: boolean }), tries: reply.tries };
    }),
  );
  const asking = Promise.all(
    ids.map(async (id, i) => {
      await at((0.9 * i) / ids.length);
      return insist("POST", `${server.url}/v1/incidents/${id}/analyses`, null);
    }),
  );
  let kills = 0;
  const killing = (async () => {
    for (let s = killEveryS; s <= seconds; s += killEveryS) {
      await at(s / seconds);
      await workers.shift()?.kill();
      kills += 1;
      workers.push(await startWorker(env));
    }
  })();
  const restarting = (async () => {
    await at(0.5);
    await postgres.stop();
    await postgres.start();
  })();
  const [answers] = await Promise.all([delivering, asking, killing, restarting]);

  const client = new pg.Client({ connectionString: postgres.url });
  await client.connect();
  const ask = async (question: string): Promise<Record<string, unknown>[]> =>
    (await client.query<Record<string, unknown>>(question)).rows;
  const unfinished = async (): Promise<number> =>
    Number((await ask("select count(*) as n from requests where finished_at_ms is null"))[0]?.n);
  while ((await unfinished()) > 0 && performance.now() - startedMs < (seconds + patienceS) * 1000) await sleep(500);
  const tookS = (performance.now() - startedMs) / 1000;
  const drainCodes = await Promise.all([...workers, server].map((process) => process.end()));
  const ends = await ask(
    "select requests.analysis_id, requests.attempts, requests.dead, requests.why, count(progress.id) as n " +
      "from requests left join progress on progress.analysis_id = requests.analysis_id and progress.type = 'final' " +
      "group by 1, 2, 3, 4",
  );
  for (const { dead, why } of ends) if (Number(dead) > 0) process.stderr.write(`given up: ${String(why)}\n`);
  const [stored] = await ask("select count(*) as n from incidents where merged_into is null");
  const left = await unfinished();
  await client.end();
  await postgres.stop();
  await postgres.remove();
  return {
    sent: deliveries.length,
    retried: answers.filter(({ tries }) => tries > 1).length,
    repeated: answers.filter(({ repeated }) => repeated).length,
    incidentIds: answers.map(({ incident_ids }) => incident_ids),
    groups: incidents,
    stored: Number(stored?.n),
    kills,
    unfinished: left,
    analyses: ends.length,
    ends: ends.map(({ n }) => Number(n)),
    takenOver: ends.filter(({ attempts }) => Number(attempts) > 1).length,
    dead: ends.filter(({ dead }) => Number(dead) > 0).length,
    drainCodes,
    tookS,
  };
}

/** @returns whether all gates hold. */
export async function benchShared(options: SharedOptions): Promise<boolean> {
  const story = await sharedStory(options);
  const once = story.ends.filter((n) => n === 1).length;
  return printFigures(
    `Shared: ${options.workers} workers on one Postgres; one of them killed every ${options.killEveryS} s for ${options.seconds} s, Postgres restarted once`,
    {
      "deliveries sent": `${story.sent}, of which ${story.retried} more than once because nobody took them`,
      "exact repeats recognised": story.repeated,
      incidents: story.stored,
      "deliveries lost or in two incidents": story.incidentIds.filter((ids) => ids.length !== 1).length,
      "workers killed": story.kills,
      "analyses asked for": story.analyses,
      "analyses done once": once,
      "analyses lost": story.ends.filter((n) => n === 0).length,
      "analyses doubled": story.ends.filter((n) => n > 1).length,
      "analyses gone on with after a kill": story.takenOver,
      "dead letters": story.dead,
      "all done after": `${story.tookS.toFixed(0)} s`,
    },
    [
      [
        "every accepted delivery is in exactly one incident",
        story.incidentIds.every((ids) => ids.length === 1) && story.stored === story.groups,
      ],
      [
        "every analysis completes once",
        once === story.analyses && story.analyses === options.incidents + options.recordings,
      ],
    ],
  );
}
