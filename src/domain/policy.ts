import { z } from "zod";

/** What a change is about, derived from its commands. `query`: it changes nothing. */
export const ACTION_KINDS = [
  "query",
  "restart",
  "rollback",
  "scale",
  "limit",
  "config",
  "flag",
  "node",
  "traffic",
  "silence",
  "other",
] as const;
export const ActionKind = z.enum(ACTION_KINDS);
export type ActionKind = z.infer<typeof ActionKind>;

export const PolicyMode = z.enum(["auto", "one_approver", "two_approvers", "forbidden"]);
export type PolicyMode = z.infer<typeof PolicyMode>;

const oneOrMore = <T extends z.ZodType>(one: T) =>
  z.union([one.transform((value) => [value]), z.array(one).min(1)]).transform((values) => values as z.output<T>[]);
const Name = z.string().min(1).max(80);
const Zone = z.string().refine((zone) => {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: zone }).format(0) !== "";
  } catch {
    return false;
  }
}, "is no time zone; write a name such as Europe/Berlin or UTC");
const Clock = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$|^24:00$/, 'write a time such as "22:00"');
const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
const Day = z.enum(DAYS);
const Moment = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$/, 'write a local time such as "2026-12-20T00:00"')
  .refine((text) => !Number.isNaN(Date.parse(`${text}Z`)), "is no time of the calendar");

/** `from` later than `to`: over midnight; the day is that of `from`. Without `days`: every day. */
const Hours = z.strictObject({ from: Clock, to: Clock, days: oneOrMore(Day).optional() });
export type PolicyHours = z.infer<typeof Hours>;

/** A time without changes: once, from a local time to another, or every week. `to` is no part of it. */
const Freeze = z.union(
  [
    z.strictObject({ name: Name, zone: Zone.optional(), from: Moment, to: Moment }),
    z.strictObject({ name: Name, zone: Zone.optional(), weekly: Hours }),
  ],
  {
    error:
      'give name and from/to ("2026-12-20T00:00"), or name and weekly: { from: "16:00", to: "24:00", days: [fri] }',
  },
);
export type PolicyFreeze = z.infer<typeof Freeze>;

/** All conditions of a rule must hold. `unknown` stands for an environment or tier that no pattern gives. */
const When = z.strictObject({
  kind: oneOrMore(ActionKind).optional(),
  environment: oneOrMore(Name).optional(),
  tier: oneOrMore(Name).optional(),
  blastRadius: oneOrMore(z.enum(["small", "medium", "large"])).optional(),
  /** From 0 to 1: at least this share of the entry points depends on the target. An unknown share counts as 1. */
  entryShareAtLeast: z.number().min(0).max(1).optional(),
  reversible: z.boolean().optional(),
  risk: oneOrMore(z.enum(["low", "medium", "high"])).optional(),
  /** True: within a freeze. */
  frozen: z.boolean().optional(),
  hours: Hours.optional(),
});
export type PolicyWhen = z.infer<typeof When>;

/** `roles`: who may approve; a person needs one of them. Absent: everybody who may approve at all. */
const Rule = z
  .strictObject({ name: Name, when: When.default({}), mode: PolicyMode, roles: oneOrMore(Name).optional() })
  .refine(({ mode, when }) => mode !== "auto" || (when.kind?.length === 1 && when.kind[0] === "query"), {
    path: ["mode"],
    error: "auto is for queries only: give the rule `when: { kind: query }`",
  });
export type PolicyRule = z.infer<typeof Rule>;

/**
 * A person, with the names under which surfaces know them: user of the machine, name or id of an API key, Slack id. On
 * the web pages: `oidc:` and the subject at the identity provider; a key counts there as it does over HTTP.
 */
const Person = z.strictObject({
  cli: oneOrMore(Name).default([]),
  http: oneOrMore(Name).default([]),
  slack: oneOrMore(Name).default([]),
  web: oneOrMore(z.string().min(1).max(300)).default([]),
  roles: oneOrMore(Name).default([]),
});

/** Patterns with `*` for any characters; the first that matches counts. */
const Patterns = z.record(z.string().min(1).max(200), z.union([Name, z.number()]).transform(String));

/** Changes are easy to undo or small: one person. In production, what is neither: two. Freezes forbid changes. */
const SAFE_RULES: z.input<typeof Rule>[] = [
  { name: "queries", when: { kind: "query" }, mode: "auto" },
  { name: "freeze", when: { frozen: true }, mode: "forbidden" },
  {
    name: "production-nodes-and-traffic",
    when: { environment: "production", kind: ["node", "traffic"] },
    mode: "two_approvers",
  },
  { name: "production-large", when: { environment: "production", blastRadius: "large" }, mode: "two_approvers" },
  { name: "production-irreversible", when: { environment: "production", reversible: false }, mode: "two_approvers" },
  { name: "changes", mode: "one_approver" },
];

/**
 * Who must approve what. The first rule whose conditions hold decides. `environments` and `tiers`: patterns of a
 * system, namespace or entity → name.
 */
export const Policy = z.strictObject({
  zone: Zone.default("UTC"),
  approval: z.strictObject({ expiresMinutes: z.int().min(1).max(1440).default(30) }).prefault({}),
  environments: Patterns.default({}),
  tiers: Patterns.default({}),
  people: z.record(Name, Person).default({}),
  freezes: z.array(Freeze).default([]),
  rules: z.array(Rule).min(1).prefault(SAFE_RULES),
});
export type Policy = z.infer<typeof Policy>;

/** What is in effect without a policy file. */
export const safePolicy = (): Policy => Policy.parse({});
