import { z } from "zod";
import { type Env, fromEnv, maskedSecret, secret } from "./env.ts";
import { NO_NUMBER, numberOf } from "./numbers.ts";

const Days = numberOf(z.number(NO_NUMBER).int().positive().max(365));
const Secret = z.string().min(8, "a secret has at least 8 characters");

export const ChangesFile = z.strictObject({
  keepDays: Days.optional(),
  /** What a repository, project, application or flag is called as a service. */
  services: z.record(z.string().min(1), z.string().min(1).max(200)).optional(),
  githubSecret: Secret.optional(),
  gitlabToken: Secret.optional(),
  launchdarklySecret: Secret.optional(),
});

/** Changes that others report. A secret that is null: the sender needs an API key. */
export type ChangesConfig = {
  keepMs: number;
  services: Readonly<Record<string, string>>;
  githubSecret: string | null;
  gitlabToken: string | null;
  launchdarklySecret: string | null;
};

const DAY_MS = 24 * 3_600_000;
const KEEP_DAYS = 30;

/** @throws {IncidentError} CONFIG */
export const readChanges = (env: Env, file: z.infer<typeof ChangesFile> = {}): ChangesConfig => ({
  keepMs: (fromEnv(env, "CAUSEWAY_CHANGES_KEEP_DAYS", Days) ?? file.keepDays ?? KEEP_DAYS) * DAY_MS,
  services: file.services ?? {},
  githubSecret: secret(env, "GITHUB_WEBHOOK_SECRET") ?? file.githubSecret ?? null,
  gitlabToken: secret(env, "GITLAB_WEBHOOK_TOKEN") ?? file.gitlabToken ?? null,
  launchdarklySecret: secret(env, "LAUNCHDARKLY_WEBHOOK_SECRET") ?? file.launchdarklySecret ?? null,
});

export const maskChanges = (changes: ChangesConfig): ChangesConfig => ({
  ...changes,
  githubSecret: maskedSecret(changes.githubSecret),
  gitlabToken: maskedSecret(changes.gitlabToken),
  launchdarklySecret: maskedSecret(changes.launchdarklySecret),
});
