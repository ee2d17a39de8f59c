import { openHttpDoor } from "./http.ts";
import type { ProxySettings } from "./http/proxy.ts";
import type { HttpRequest } from "./http/types.ts";

export type ProbeTarget = Pick<HttpRequest, "method" | "headers" | "json" | "signal"> & {
  /** Whole address; its user info becomes basic auth. */
  url: string;
  label: string;
  /** The setting that holds the address. */
  setting: string;
  timeoutMs: number;
};

/** Returns the status of one request, whatever it is. @throws {IncidentError} UNAVAILABLE, REJECTED as the door does */
export async function probeHttp(
  { url, label, setting, timeoutMs, ...request }: ProbeTarget,
  proxy: ProxySettings,
): Promise<number> {
  const http = openHttpDoor({
    url,
    label,
    settings: { address: setting },
    proxy,
    timeouts: { totalMs: timeoutMs },
  });
  try {
    const answer = await http.send(request);
    answer.discard();
    return answer.status;
  } finally {
    await http.close();
  }
}
