import type { WebhooksConfig } from "../config.ts";
import { readAlertmanager } from "../connectors/webhooks/alertmanager.ts";
import {
  type Authenticity,
  checkBasic,
  checkBearer,
  checkGrafana,
  checkPagerDuty,
  checkSvix,
  type SignedRequest,
} from "../connectors/webhooks/authenticity.ts";
import { readCloudWatch } from "../connectors/webhooks/cloudwatch.ts";
import { compileMapping } from "../connectors/webhooks/custom-mapping.ts";
import { readCustom } from "../connectors/webhooks/custom.ts";
import { readGrafana } from "../connectors/webhooks/grafana.ts";
import { readIncidentIo } from "../connectors/webhooks/incident-io.ts";
import { readOpsgenie } from "../connectors/webhooks/opsgenie.ts";
import { readPagerDuty } from "../connectors/webhooks/pagerduty.ts";
import { amazonFetcher, type FetchFromAmazon, snsTopics } from "../connectors/webhooks/sns.ts";
import type { AlertDelivery } from "../domain/alert-event.ts";

/** Where one kind of sender comes in. */
export type WebhookDoor = {
  /** `alertmanager`, `custom/<name>` … */
  source: string;
  /** Null where no secret is configured for this sender: then an API key is asked for, as of anybody. */
  authenticate: ((request: SignedRequest, nowMs: number) => Authenticity | Promise<Authenticity>) | null;
  /** Where its JSON comes as another type of content. */
  contentType?: string;
  /** Answers what is no alert but a question of the sender itself, of which it proved that it asks; false where it is none. @throws {IncidentError} UNAVAILABLE, BAD_RESPONSE */
  greet?(payload: unknown): Promise<boolean>;
  /** @throws {IncidentError} BAD_INPUT */
  read(payload: unknown, receivedAtMs: number): AlertDelivery;
};

type Check = (request: SignedRequest, nowMs: number) => Authenticity;

/** Any one of the ways that are configured will do; where none does, why of each is told. */
const anyOf = (checks: readonly (Check | null)[]): Check | null => {
  const configured = checks.filter((check) => check !== null);
  if (configured.length === 0) return null;
  return (request, nowMs) => {
    const answers = configured.map((check) => check(request, nowMs));
    const genuine = answers.find(({ isGenuine }) => isGenuine);
    return (
      genuine ?? { isGenuine: false, why: answers.flatMap((answer) => (answer.isGenuine ? [] : answer.why)).join(", ") }
    );
  };
};

const byPassword = ({ tokens, basic }: WebhooksConfig["alertmanager"]): (Check | null)[] => [
  tokens.length === 0 ? null : (request) => checkBearer(request, tokens),
  basic === null ? null : (request) => checkBasic(request, basic),
];

/**
 * The doors for webhooks, by the end of their path.
 *
 * @param fetchFromAmazon gets certificates and confirms subscriptions.
 * @throws {IncidentError} CONFIG on a mapping that cannot be read with: the program does not start with a door that would lose alerts.
 */
export function webhookDoors(
  { alertmanager, grafana, pagerduty, opsgenie, incidentIo, cloudwatch, custom }: WebhooksConfig,
  fetchFromAmazon: FetchFromAmazon = amazonFetcher(null),
): ReadonlyMap<string, WebhookDoor> {
  const { signing } = grafana;
  const sns = snsTopics(cloudwatch.topics, fetchFromAmazon);
  const doors: WebhookDoor[] = [
    { source: "alertmanager", authenticate: anyOf(byPassword(alertmanager)), read: readAlertmanager },
    {
      source: "grafana",
      // Where a signature is configured, a token alone is not enough: it would open the door to whoever reads one request.
      authenticate:
        signing === null ? anyOf(byPassword(grafana)) : (request, nowMs) => checkGrafana(request, signing, nowMs),
      read: readGrafana,
    },
    {
      source: "pagerduty",
      authenticate: pagerduty.secrets.length === 0 ? null : (request) => checkPagerDuty(request, pagerduty.secrets),
      read: readPagerDuty,
    },
    { source: "opsgenie", authenticate: anyOf(byPassword(opsgenie)), read: readOpsgenie },
    {
      source: "incident-io",
      authenticate:
        incidentIo.secrets.length === 0 ? null : (request, nowMs) => checkSvix(request, incidentIo.secrets, nowMs),
      read: readIncidentIo,
    },
    {
      source: "cloudwatch",
      authenticate: cloudwatch.topics.length === 0 ? null : sns.check,
      contentType: "text/plain",
      greet: sns.confirm,
      read: readCloudWatch,
    },
    ...Object.entries(custom).map(([name, { mapping, ...door }]): WebhookDoor => {
      const compiled = compileMapping(name, mapping);
      return {
        source: `custom/${name}`,
        authenticate: anyOf(byPassword(door)),
        read: (payload, receivedAtMs) => readCustom(name, compiled, payload, receivedAtMs),
      };
    }),
  ];
  return new Map(doors.map((door) => [door.source, door]));
}
