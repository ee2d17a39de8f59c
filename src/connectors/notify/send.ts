import { createHmac } from "node:crypto";
import { IncidentError } from "../../domain/errors.ts";
import { openHttpDoor } from "../http.ts";
import type { ProxySettings } from "../http/proxy.ts";

/** `secret`: signs the message; null for chats, whose address is the secret. */
export type NotifyTarget = {
  name: string;
  url: string;
  secret: string | null;
  headers: Readonly<Record<string, string>>;
  timeoutMs: number;
};

/** Tries after the first. A 429 or 503 waits as long as it says, at most the given time. */
const RETRY = { times: 4, on: "unavailable", maxWaitMs: 30_000 } as const;

export const SIGNATURE_HEADER = "x-causeway-signature";
export const TIMESTAMP_HEADER = "x-causeway-timestamp";

/**
 * `v1=` and the HMAC-SHA-256 of `<timestamp>.<body>` in hexadecimal. Receivers recompute it, and refuse a timestamp
 * (Unix seconds) that is older than five minutes.
 */
export const signatureOf = (secret: string, timestamp: string, body: string): string =>
  `v1=${createHmac("sha256", secret).update(`${timestamp}.${body}`).digest("hex")}`;

/**
 * Posts one message. The same `id` in `Idempotency-Key` marks tries of the same message.
 *
 * @throws {IncidentError} UNAVAILABLE once all tries failed; REJECTED, NOT_FOUND for a refusal, which no try mends.
 */
export async function sendTo(
  { name, url, secret, headers, timeoutMs }: NotifyTarget,
  message: { id: string; payload: unknown; nowMs: number },
  { proxy, signal }: { proxy: ProxySettings | null; signal?: AbortSignal | undefined },
): Promise<void> {
  const address = new URL(url);
  const timestamp = String(Math.floor(message.nowMs / 1_000));
  const signed: Record<string, string> =
    secret === null
      ? {}
      : {
          [TIMESTAMP_HEADER]: timestamp,
          [SIGNATURE_HEADER]: signatureOf(secret, timestamp, JSON.stringify(message.payload)),
        };
  const setting = `notify: ${name}`;
  const door = openHttpDoor({
    url: address.origin,
    label: name,
    settings: { address: setting, credentials: setting, authorities: setting, clientCertificate: setting },
    headers,
    proxy,
    timeouts: { totalMs: timeoutMs },
    allowsRedirect: () => false,
  });
  try {
    await door.text({
      method: "POST",
      path: `${address.pathname}${address.search}`,
      json: message.payload,
      headers: { ...signed, "idempotency-key": message.id },
      retry: RETRY,
      signal,
    });
  } catch (error) {
    signal?.throwIfAborted();
    throw error instanceof IncidentError ? withoutPath(error, address) : error;
  } finally {
    await door.close();
  }
}

/** What follows the host is the secret of a chat's webhook: no message quotes it. */
const withoutPath = ({ code, message, hint }: IncidentError, { pathname, search }: URL): IncidentError => {
  const hidden = (text: string): string =>
    [`${pathname}${search}`, pathname, search]
      .filter((part) => part.length > 1)
      .reduce((rest, part) => rest.replaceAll(part, "/…"), text);
  return new IncidentError(code, hidden(message), { hint: hidden(hint) });
};
