import { setTimeout as sleep } from "node:timers/promises";
import { it } from "vitest";
import { startServer } from "../bench-service/causeway-process.ts";
import { getJson, insist } from "../bench-service/sender.ts";
import { sharedStory } from "../bench-service/shared.ts";
import { newHome } from "./services.ts";

type Summary = { id: string; status: string; attempts: number };

/** Resolves in the midst of an analysis: when its stream of events tells of one. */
async function eventSeen(url: string, event: string): Promise<void> {
  const { body } = await fetch(url);
  let text = "";
  for await (const chunk of body?.pipeThrough(new TextDecoderStream()) ?? [])
    if ((text += chunk).includes(event)) return;
  throw new Error(`the stream ended without ${event}: ${text}`);
}

// concurrent: most of the time is spent waiting for holds to lapse
it.concurrent("loses nothing that was accepted when its only process is killed, and ends each analysis once", async ({
  expect,
}) => {
  const env = { CAUSEWAY_HOME: newHome(), LOG_LEVEL: "error" };
  const first = await startServer(env);
  const submitted = await Promise.all(
    ["shop-001", "shop-002"].map((id) => insist("POST", `${first.url}/v1/incidents/${id}/analyses`, null)),
  );
  const ids = submitted.map(({ body }) => (JSON.parse(body) as { analysis_id: string }).analysis_id);
  await Promise.any(ids.map((id) => eventSeen(`${first.url}/v1/analyses/${id}/events`, "event: evidence")));
  await first.kill();
  const second = await startServer(env);
  const ended = async (id: string): Promise<Summary> => {
    for (;;) {
      const analysis = (await getJson(`${second.url}/v1/analyses/${id}`)) as Summary;
      if (analysis.status !== "queued" && analysis.status !== "running") return analysis;
      await sleep(250);
    }
  };
  expect((await Promise.all(ids.map(ended))).map(({ status }) => status)).toEqual([
    "waiting_for_review",
    "waiting_for_review",
  ]);
  const events = await Promise.all(
    ids.map(async (id) => (await insist("GET", `${second.url}/v1/analyses/${id}/events`, null)).body),
  );
  expect(events.map((eventSeen) => eventSeen.match(/event: final/g)?.length)).toEqual([1, 1]);
  expect(await second.end()).toBe(0);
});

it.concurrent("ends each analysis once and loses no delivery, though a worker is killed and Postgres restarts", async ({
  expect,
}) => {
  const story = await sharedStory({
    incidents: 2,
    recordings: 3,
    seconds: 8,
    killEveryS: 5,
    workers: 2,
    patienceS: 450,
  });
  expect(story).toMatchObject({
    kills: 1,
    stored: 2,
    analyses: 5,
    unfinished: 0,
    dead: 0,
    ends: Array.from({ length: 5 }, () => 1),
    drainCodes: [0, 0, 0],
  });
  expect(story.incidentIds.map((ids) => ids.length)).toEqual(Array.from({ length: story.sent }, () => 1));
});
