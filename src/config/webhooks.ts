import { z } from "zod";
import { CustomMapping } from "../connectors/webhooks/custom-mapping.ts";
import { isTopic } from "../connectors/webhooks/sns.ts";
import { type Env, fromEnv, maskedSecret, secret } from "./env.ts";

const Secret = z.string().min(8, "a secret has at least 8 characters");
const Secrets = z
  .union([Secret, z.array(Secret).min(1)])
  .transform((value) => (typeof value === "string" ? [value] : value));
const HeaderName = z.string().regex(/^[A-Za-z][A-Za-z0-9-]{0,99}$/, "is not a header name");

const Topics = z.array(z.string().refine(isTopic, "not the ARN of an SNS topic")).min(1);
const TopicList = z
  .string()
  .transform((text) => text.split(/[\s,]+/).filter((part) => part !== ""))
  .pipe(Topics);
const SenderAuth = { token: Secrets.optional(), username: z.string().min(1).optional(), password: Secret.optional() };
const hasBothOrNeither = ({
  username,
  password,
}: {
  username?: string | undefined;
  password?: string | undefined;
}): boolean => (username === undefined) === (password === undefined);
const HALF = "set username and password together, or neither";

export const WebhooksFile = z.strictObject({
  alertmanager: z.strictObject(SenderAuth).refine(hasBothOrNeither, HALF).optional(),
  grafana: z
    .strictObject({
      ...SenderAuth,
      secret: Secrets.optional(),
      signatureHeader: HeaderName.optional(),
      timestampHeader: HeaderName.optional(),
      toleranceSeconds: z.number().positive().max(86_400).optional(),
    })
    .refine(hasBothOrNeither, HALF)
    .optional(),
  pagerduty: z.strictObject({ secret: Secrets.optional() }).optional(),
  opsgenie: z.strictObject(SenderAuth).refine(hasBothOrNeither, HALF).optional(),
  incidentIo: z.strictObject({ secret: Secrets.optional() }).optional(),
  cloudwatch: z.strictObject({ topics: Topics }).optional(),
  custom: z
    .record(
      z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/, "a name has lower-case letters, digits and dashes"),
      CustomMapping.extend(SenderAuth).refine(hasBothOrNeither, HALF),
    )
    .optional(),
});
type WebhooksFile = z.infer<typeof WebhooksFile>;

/**
 * How a sender proves who it is; `[]` and null: not in that way. Several tokens are valid at once while one replaces
 * another.
 */
export type SenderAuthConfig = { tokens: readonly string[]; basic: { username: string; password: string } | null };
export type WebhooksConfig = {
  alertmanager: SenderAuthConfig;
  grafana: SenderAuthConfig & {
    signing: {
      secrets: readonly string[];
      signatureHeader: string;
      timestampHeader: string | null;
      toleranceMs: number;
    } | null;
  };
  pagerduty: { secrets: readonly string[] };
  opsgenie: SenderAuthConfig;
  incidentIo: { secrets: readonly string[] };
  /** ARNs of the Amazon SNS topics that may send; `[]`: none may. */
  cloudwatch: { topics: readonly string[] };
  custom: Readonly<Record<string, SenderAuthConfig & { mapping: CustomMapping }>>;
};

const SIGNATURE_HEADER = "X-Grafana-Alerting-Signature";
const TOLERANCE_SECONDS = 300;

/** One secret, or several separated by commas. */
const secretsOf = (env: Env, name: string): readonly string[] | undefined => {
  const listed = secret(env, name)
    ?.split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
  return listed?.length === 0 ? undefined : listed;
};

const senderAuthOf = (
  file: { token?: string[] | undefined; username?: string | undefined; password?: string | undefined } = {},
  tokens?: readonly string[],
): SenderAuthConfig => ({
  tokens: tokens ?? file.token ?? [],
  basic:
    file.username === undefined || file.password === undefined
      ? null
      : { username: file.username, password: file.password },
});

/** @throws {IncidentError} CONFIG */
export function readWebhooks(env: Env, file: WebhooksFile = {}): WebhooksConfig {
  const { grafana } = file;
  const grafanaSecrets = secretsOf(env, "GRAFANA_WEBHOOK_SECRET") ?? grafana?.secret;
  return {
    alertmanager: senderAuthOf(file.alertmanager, secretsOf(env, "ALERTMANAGER_WEBHOOK_TOKEN")),
    grafana: {
      ...senderAuthOf(grafana, secretsOf(env, "GRAFANA_WEBHOOK_TOKEN")),
      signing:
        grafanaSecrets === undefined
          ? null
          : {
              secrets: grafanaSecrets,
              signatureHeader: grafana?.signatureHeader ?? SIGNATURE_HEADER,
              timestampHeader: grafana?.timestampHeader ?? null,
              toleranceMs: (grafana?.toleranceSeconds ?? TOLERANCE_SECONDS) * 1_000,
            },
    },
    pagerduty: { secrets: secretsOf(env, "PAGERDUTY_WEBHOOK_SECRET") ?? file.pagerduty?.secret ?? [] },
    opsgenie: senderAuthOf(file.opsgenie, secretsOf(env, "OPSGENIE_WEBHOOK_TOKEN")),
    incidentIo: { secrets: secretsOf(env, "INCIDENT_IO_WEBHOOK_SECRET") ?? file.incidentIo?.secret ?? [] },
    cloudwatch: { topics: fromEnv(env, "CLOUDWATCH_SNS_TOPICS", TopicList) ?? file.cloudwatch?.topics ?? [] },
    custom: Object.fromEntries(
      Object.entries(file.custom ?? {}).map(([name, { token, username, password, ...mapping }]) => [
        name,
        { ...senderAuthOf({ token, username, password }), mapping },
      ]),
    ),
  };
}

const maskAll = (secrets: readonly string[]): string[] => secrets.map((secretText) => maskedSecret(secretText) ?? "");
const maskSenderAuth = ({ tokens, basic }: SenderAuthConfig): SenderAuthConfig => ({
  tokens: maskAll(tokens),
  basic: basic === null ? null : { username: basic.username, password: "(set)" },
});

export const maskWebhooks = ({
  alertmanager,
  grafana,
  pagerduty,
  opsgenie,
  incidentIo,
  cloudwatch,
  custom,
}: WebhooksConfig): WebhooksConfig => ({
  alertmanager: maskSenderAuth(alertmanager),
  grafana: {
    ...maskSenderAuth(grafana),
    signing: grafana.signing === null ? null : { ...grafana.signing, secrets: maskAll(grafana.signing.secrets) },
  },
  pagerduty: { secrets: maskAll(pagerduty.secrets) },
  opsgenie: maskSenderAuth(opsgenie),
  incidentIo: { secrets: maskAll(incidentIo.secrets) },
  cloudwatch,
  custom: Object.fromEntries(
    Object.entries(custom).map(([name, { mapping, ...auth }]) => [name, { ...maskSenderAuth(auth), mapping }]),
  ),
});

/** True if some sender of alerts has proved or will prove who it is: somebody runs a system behind this program. */
export const acceptsSenders = (webhooks: WebhooksConfig): boolean =>
  Object.keys(webhooks.custom).length > 0 ||
  webhooks.cloudwatch.topics.length > 0 ||
  webhooks.grafana.signing !== null ||
  [webhooks.pagerduty.secrets, webhooks.incidentIo.secrets].some((secrets) => secrets.length > 0) ||
  [webhooks.alertmanager, webhooks.grafana, webhooks.opsgenie].some(
    ({ tokens, basic }) => tokens.length > 0 || basic !== null,
  );
