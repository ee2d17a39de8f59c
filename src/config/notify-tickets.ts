import { z } from "zod";
import { IncidentError } from "../domain/errors.ts";
import { type Env, fromEnv, Milliseconds, secret, set } from "./env.ts";
import { WebUrl } from "./web-url.ts";

export const TICKET_KINDS = ["pagerduty", "incidentio", "jira", "github"] as const;

const Repository = z.string().regex(/^[\w-][\w.-]{0,99}\/[\w.-]{1,100}$/, "give owner/name");
const Email = z.email("give an e-mail address");
const Version = z.union([z.literal(2), z.literal(3)]);
export const EntryName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, "letters, digits, dots, dashes and underscores");

/** Of every entry of `notify`. `automatic`: sent whenever an analysis ends. */
export const COMMON = { name: EntryName, automatic: z.boolean().optional(), timeoutMs: Milliseconds.optional() };
const TICKET = { ...COMMON, token: z.string().min(1).optional() };

export const TICKET_ENTRIES = [
  z.strictObject({ ...TICKET, kind: z.literal("pagerduty"), from: Email.optional(), url: WebUrl.optional() }),
  z.strictObject({ ...TICKET, kind: z.literal("incidentio"), url: WebUrl.optional() }),
  z.strictObject({
    ...TICKET,
    kind: z.literal("jira"),
    url: WebUrl.optional(),
    email: Email.optional(),
    apiVersion: Version.optional(),
  }),
  z.strictObject({
    ...TICKET,
    kind: z.literal("github"),
    url: WebUrl.optional(),
    repository: Repository.optional(),
  }),
] as const;
type TicketEntry = z.infer<(typeof TICKET_ENTRIES)[number]>;

/**
 * A place of tickets. `url`: of its API. `user`: PagerDuty's `From`, or the account of a Jira Cloud token. `token` is a
 * secret.
 */
export type TicketConfig = {
  name: string;
  kind: (typeof TICKET_KINDS)[number];
  url: string;
  token: string;
  user: string | null;
  repository: string | null;
  apiVersion: 2 | 3;
  automatic: boolean;
  timeoutMs: number;
};

const URLS = {
  pagerduty: "https://api.pagerduty.com",
  incidentio: "https://api.incident.io",
  github: "https://api.github.com",
};

/** What the environment says of each vendor. */
const fromEnvironment = (env: Env) => ({
  pagerduty: {
    token: secret(env, "PAGERDUTY_API_KEY"),
    from: fromEnv(env, "PAGERDUTY_FROM", Email),
    url: fromEnv(env, "PAGERDUTY_URL", WebUrl),
  },
  incidentio: { token: secret(env, "INCIDENT_IO_API_KEY"), url: fromEnv(env, "INCIDENT_IO_URL", WebUrl) },
  jira: {
    token: secret(env, "JIRA_API_TOKEN"),
    url: fromEnv(env, "JIRA_URL", WebUrl),
    email: fromEnv(env, "JIRA_EMAIL", Email),
    apiVersion: fromEnv(env, "JIRA_API_VERSION", z.coerce.number().pipe(Version)),
  },
  github: {
    token: secret(env, "GITHUB_ISSUES_TOKEN"),
    repository: fromEnv(env, "GITHUB_ISSUES_REPOSITORY", Repository),
    url: fromEnv(env, "GITHUB_ISSUES_URL", WebUrl),
  },
});

/**
 * The places of tickets: the entries of the file, and one for each vendor that only the environment has, named like its
 * kind. The environment fills what an entry leaves out, such as its token.
 *
 * @throws {IncidentError} CONFIG
 */
export function readTickets(env: Env, entries: readonly TicketEntry[], timeoutMs: number): TicketConfig[] {
  const given = fromEnvironment(env);
  const alone = TICKET_KINDS.filter(
    (kind) => given[kind].token !== undefined && !entries.some((entry) => entry.kind === kind),
  ).filter((kind) => (kind !== "jira" || given.jira.url) && (kind !== "github" || given.github.repository));
  const all: TicketEntry[] = [...entries, ...alone.map((kind) => ({ name: kind, kind }))];
  return all.map((entry) => {
    const values = { ...given[entry.kind], ...entry } as TicketEntry & { url?: string };
    const common = {
      name: values.name,
      kind: values.kind,
      token: required(values, values.token, "token"),
      automatic: values.automatic ?? false,
      timeoutMs: values.timeoutMs ?? timeoutMs,
      user: null,
      repository: null,
      apiVersion: 3 as const,
    };
    switch (values.kind) {
      case "pagerduty":
        return { ...common, url: values.url ?? URLS.pagerduty, user: values.from ?? null };
      case "incidentio":
        return { ...common, url: values.url ?? URLS.incidentio };
      case "jira":
        return {
          ...common,
          url: required(values, values.url, "url"),
          user: values.email ?? null,
          apiVersion: values.apiVersion ?? (values.email === undefined ? 2 : 3),
        };
      case "github":
        return {
          ...common,
          url: values.url ?? URLS.github,
          repository: required(values, values.repository, "repository"),
        };
    }
  });
}

const VARIABLES = {
  pagerduty: { token: "PAGERDUTY_API_KEY" },
  incidentio: { token: "INCIDENT_IO_API_KEY" },
  jira: { token: "JIRA_API_TOKEN", url: "JIRA_URL" },
  github: { token: "GITHUB_ISSUES_TOKEN", repository: "GITHUB_ISSUES_REPOSITORY" },
} as const satisfies Record<TicketEntry["kind"], Record<string, string>>;

function required({ name, kind }: TicketEntry, value: string | undefined, key: string): string {
  if (value !== undefined) return value;
  const variables: Readonly<Record<string, string>> = VARIABLES[kind];
  throw new IncidentError("CONFIG", `notify: ${name} has no ${key}`, {
    hint: `Set ${variables[key] ?? key}, or \`${key}\` in config.yaml.`,
  });
}

/** Names of the places that get every analysis; undefined if the environment does not say. */
export function automaticNames(env: Env): readonly string[] | undefined {
  return set(env.CAUSEWAY_NOTIFY_AUTOMATIC)
    ?.split(/[\s,]+/)
    .filter((name) => name !== "");
}
