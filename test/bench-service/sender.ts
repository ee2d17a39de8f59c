import { Agent, request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

export type Reply = { status: number; body: string; ms: number; retryAfterS: number };

const agent = new Agent({ keepAlive: true, maxSockets: 64 });

/**
 * Sends one request over a kept connection. Status 0: no answer. `ms`: since the request was due, so that the delay
 * of a slow sender counts.
 */
export function send(method: string, url: string, body: string | null, dueMs = performance.now()): Promise<Reply> {
  return new Promise((resolve) => {
    const over = (status: number, text: string, retryAfter: string | undefined): void =>
      resolve({ status, body: text, ms: performance.now() - dueMs, retryAfterS: Number(retryAfter ?? 1) || 1 });
    const call = request(
      url,
      {
        method,
        agent,
        headers: body === null ? {} : { "content-type": "application/json", "content-length": Buffer.byteLength(body) },
      },
      (response) => {
        const parts: Buffer[] = [];
        response.on("data", (part: Buffer) => parts.push(part));
        response.on("end", () =>
          over(response.statusCode ?? 0, Buffer.concat(parts).toString(), response.headers["retry-after"]),
        );
        response.on("error", () => over(0, "", undefined));
      },
    );
    call.on("error", () => over(0, "", undefined));
    call.end(body ?? undefined);
  });
}

/** Sends until it is taken, as Alertmanager does on 429, 5xx and no answer. */
export async function insist(method: string, url: string, body: string | null): Promise<Reply & { tries: number }> {
  for (let tries = 1; ; tries += 1) {
    const reply = await send(method, url, body);
    if (reply.status !== 0 && reply.status !== 429 && reply.status < 500) return { ...reply, tries };
    await sleep(Math.min(reply.retryAfterS * 1000, 2_000));
  }
}

export const getJson = async (url: string): Promise<Record<string, unknown>> =>
  JSON.parse((await insist("GET", url, null)).body) as Record<string, unknown>;
