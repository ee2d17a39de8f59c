import type { NotifyConfig } from "../../config.ts";
import type { CheckResult } from "./check.ts";
import type { ServerPorts } from "./check-servers.ts";

const PATIENCE_MS = 5_000;

/** Reaches the server of a place to post to. Nothing is posted: a message in a chat is no check. */
export async function checkNotify(
  { probe }: Pick<ServerPorts, "probe">,
  { name, kind, url }: NotifyConfig,
  signal: AbortSignal,
): Promise<CheckResult> {
  const { origin } = new URL(url);
  const setting = `notify: ${name}`;
  await probe({ url: origin, label: name, setting, timeoutMs: PATIENCE_MS, method: "GET", headers: {}, signal });
  return { state: "ok", detail: `${kind} at ${origin}: reached; nothing was posted` };
}
