import { z } from "zod";
import { CustomMapping } from "../connectors/webhooks/custom-mapping.ts";
import { isTopic } from "../connectors/webhooks/sns.ts";
import { type Env, fromEnv, maskedSecret, secret } from "./env.ts";

const Secret = z.string().min(8, "a secret has at least 8 characters");
const Secrets = z
  .union([Secret, z.array(Secret).min(1)])
  .transform((told) => (typeof told === "string" ? [told] : told));
const HeaderName = z.string().regex(/^[A-Za-z][A-Za-z0-9-]{0,99}$/, "is no name of a header");

const Topics = z.array(z.string().refine(isTopic, "not the ARN of an SNS topic")).min(1);
const TopicList = z
  .string()
  .transform((told) => told.split(/[\s,]+/).filter((one) => one !== ""))
  .pipe(Topics);
const Door = { token: Secrets.optional(), username: z.string().min(1).optional(), password: Secret.optional() };
const isWhole = ({ username, password }: { username?: string | undefined; password?: string | undefined }): boolean =>
  (username === undefined) === (password === undefined);
const HALF = "username and password belong together";

export const WebhooksFile = z.strictObject({
  alertmanager: z.strictObject(Door).refine(isWhole, HALF).optional(),
  grafana: z
    .strictObject({
      ...Door,
      secret: Secrets.optional(),
      signatureHeader: HeaderName.optional(),
      timestampHeader: HeaderName.optional(),
      toleranceSeconds: z.number().positive().max(86_400).optional(),
    })
    .refine(isWhole, HALF)
    .optional(),
  pagerduty: z.strictObject({ secret: Secrets.optional() }).optional(),
  opsgenie: z.strictObject(Door).refine(isWhole, HALF).optional(),
  incidentIo: z.strictObject({ secret: Secrets.optional() }).optional(),
  cloudwatch: z.strictObject({ topics: Topics }).optional(),
  custom: z
    .record(
      z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/, "is named by lower-case letters, digits and dashes"),
      CustomMapping.extend(Door).refine(isWhole, HALF),
    )
    .optional(),
});
type WebhooksFile = z.infer<typeof WebhooksFile>;

/** How a sender proves who it is; `[]` and null: not that way. Several secrets stand side by side while one is replaced by the next. */
export type DoorConfig = { tokens: readonly string[]; basic: { username: string; password: string } | null };
export type WebhooksConfig = {
  alertmanager: DoorConfig;
  grafana: DoorConfig & {
    signing: {
      secrets: readonly string[];
      signatureHeader: string;
      timestampHeader: string | null;
      toleranceMs: number;
    } | null;
  };
  pagerduty: { secrets: readonly string[] };
  opsgenie: DoorConfig;
  incidentIo: { secrets: readonly string[] };
  /** ARNs of the topics of Amazon SNS that may send; `[]`: none is known. */
  cloudwatch: { topics: readonly string[] };
  custom: Readonly<Record<string, DoorConfig & { mapping: CustomMapping }>>;
};

const SIGNATURE_HEADER = "X-Grafana-Alerting-Signature";
const TOLERANCE_SECONDS = 300;

/** One secret, or several parted by commas. */
const secretsOf = (env: Env, name: string): readonly string[] | undefined => {
  const listed = secret(env, name)
    ?.split(",")
    .map((one) => one.trim())
    .filter((one) => one !== "");
  return listed?.length === 0 ? undefined : listed;
};

const doorOf = (
  file: { token?: string[] | undefined; username?: string | undefined; password?: string | undefined } = {},
  tokens?: readonly string[],
): DoorConfig => ({
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
    alertmanager: doorOf(file.alertmanager, secretsOf(env, "ALERTMANAGER_WEBHOOK_TOKEN")),
    grafana: {
      ...doorOf(grafana, secretsOf(env, "GRAFANA_WEBHOOK_TOKEN")),
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
    opsgenie: doorOf(file.opsgenie, secretsOf(env, "OPSGENIE_WEBHOOK_TOKEN")),
    incidentIo: { secrets: secretsOf(env, "INCIDENT_IO_WEBHOOK_SECRET") ?? file.incidentIo?.secret ?? [] },
    cloudwatch: { topics: fromEnv(env, "CLOUDWATCH_SNS_TOPICS", TopicList) ?? file.cloudwatch?.topics ?? [] },
    custom: Object.fromEntries(
      Object.entries(file.custom ?? {}).map(([name, { token, username, password, ...mapping }]) => [
        name,
        { ...doorOf({ token, username, password }), mapping },
      ]),
    ),
  };
}

const maskAll = (secrets: readonly string[]): string[] => secrets.map((one) => maskedSecret(one) ?? "");
const maskDoor = ({ tokens, basic }: DoorConfig): DoorConfig => ({
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
  alertmanager: maskDoor(alertmanager),
  grafana: {
    ...maskDoor(grafana),
    signing: grafana.signing === null ? null : { ...grafana.signing, secrets: maskAll(grafana.signing.secrets) },
  },
  pagerduty: { secrets: maskAll(pagerduty.secrets) },
  opsgenie: maskDoor(opsgenie),
  incidentIo: { secrets: maskAll(incidentIo.secrets) },
  cloudwatch,
  custom: Object.fromEntries(
    Object.entries(custom).map(([name, { mapping, ...door }]) => [name, { ...maskDoor(door), mapping }]),
  ),
});
