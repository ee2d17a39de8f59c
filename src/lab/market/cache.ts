import { z } from "zod";
import { every } from "../shop/service.ts";
import { type BuildPodService, reply } from "./pod-service.ts";

const Entry = z.object({ value: z.unknown(), ttlSeconds: z.number().positive() });

/** Keeps values by key until their time is over, the oldest leaving first when it is full. A restart empties it. */
export const buildCache: BuildPodService = ({ env, log, meters }) => {
  const maxEntries = env.whole("MAX_ENTRIES");
  const entries = new Map<string, { value: unknown; untilMs: number }>();
  const hits = meters.counter("cache_hits_total", "Reads that found a value.");
  const misses = meters.counter("cache_misses_total", "Reads that found none.");
  const evictions = meters.counter("cache_evictions_total", "Values that left because the cache was full.");
  meters.gauge("cache_entries", "Values kept.", () => entries.size);
  every(20_000, () => {
    const old = [...entries].filter(([, { untilMs }]) => untilMs < performance.now());
    for (const [key] of old) entries.delete(key);
    log("INFO", "expired keys removed", { removed: old.length, kept: entries.size });
  });
  return {
    routes: [
      {
        method: "GET",
        path: "/keys/{key}",
        handle({ params: { key = "" } }) {
          const entry = entries.get(key);
          const isThere = entry !== undefined && entry.untilMs >= performance.now();
          (isThere ? hits : misses).add();
          return Promise.resolve(reply(200, { value: isThere ? entry.value : null }));
        },
      },
      {
        method: "PUT",
        path: "/keys/{key}",
        handle({ params: { key = "" }, body }) {
          const { value, ttlSeconds } = Entry.parse(body);
          entries.delete(key);
          entries.set(key, { value, untilMs: performance.now() + ttlSeconds * 1000 });
          const [oldest] = entries.keys();
          if (entries.size > maxEntries && oldest !== undefined) {
            entries.delete(oldest);
            evictions.add();
          }
          return Promise.resolve(reply(200, { key }));
        },
      },
      {
        method: "DELETE",
        path: "/keys/{key}",
        handle({ params: { key = "" } }) {
          entries.delete(key);
          return Promise.resolve(reply(200, { key }));
        },
      },
    ],
  };
};
