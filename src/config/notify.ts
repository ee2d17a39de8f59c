import { z } from "zod";
import { IncidentError } from "../domain/errors.ts";
import { Milliseconds } from "./env.ts";
import { WebUrl } from "./web-url.ts";

export const NOTIFY_KINDS = ["webhook", "teams", "mattermost", "discord"] as const;

const Entry = z.strictObject({
  name: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, "letters, digits, dots, dashes and underscores"),
  kind: z.enum(NOTIFY_KINDS),
  /** The address of the incoming webhook. Whoever has it can post there. */
  url: WebUrl,
  /** Signs what a `webhook` gets. */
  secret: z.string().min(16, "a secret has at least 16 characters").optional(),
  headers: z.record(z.string().regex(/^[\w-]+$/, "the name of a header"), z.string()).optional(),
  timeoutMs: Milliseconds.optional(),
});
export const NotifyFile = z.array(Entry);

/** Where `causeway send` posts reports. `url`, `secret` and `headers` are secrets. */
export type NotifyConfig = {
  name: string;
  kind: (typeof NOTIFY_KINDS)[number];
  url: string;
  secret: string | null;
  headers: Readonly<Record<string, string>>;
  timeoutMs: number;
};

const TIMEOUT_MS = 60_000;

/** @throws {IncidentError} CONFIG */
export function readNotify(file: z.infer<typeof NotifyFile> = []): readonly NotifyConfig[] {
  const names = file.map(({ name }) => name);
  for (const [at, { name, kind, secret }] of file.entries()) {
    if (names.indexOf(name) !== at)
      throw new IncidentError("CONFIG", `notify has two entries named ${name}`, { hint: "Give each its own name." });
    if (kind === "webhook" && secret === undefined)
      throw new IncidentError("CONFIG", `notify[${at}] (${name}) has no secret`, {
        hint: "A webhook is signed: set `secret`, and check the signature at the receiver.",
      });
  }
  return file.map(({ secret = null, headers = {}, timeoutMs = TIMEOUT_MS, ...rest }) => ({
    ...rest,
    secret,
    headers,
    timeoutMs,
  }));
}

export const maskNotify = (all: readonly NotifyConfig[]): readonly NotifyConfig[] =>
  all.map(({ url, secret, headers, ...rest }) => ({
    ...rest,
    url: `${new URL(url).origin}/***`,
    secret: secret === null ? null : "***",
    headers: Object.fromEntries(Object.keys(headers).map((name) => [name, "***"])),
  }));
