import type { Config, WebhooksConfig } from "../config.ts";
import { readAlertmanager } from "../connectors/webhooks/alertmanager.ts";
import {
  checkBasic,
  checkBearer,
  checkGrafana,
  checkPagerDuty,
  checkSvix,
} from "../connectors/webhooks/authenticity.ts";
import { readCloudWatch } from "../connectors/webhooks/cloudwatch.ts";
import { compileMapping } from "../connectors/webhooks/custom-mapping.ts";
import { readCustom } from "../connectors/webhooks/custom.ts";
import { readGrafana } from "../connectors/webhooks/grafana.ts";
import { readIncidentIo } from "../connectors/webhooks/incident-io.ts";
import { readOpsgenie } from "../connectors/webhooks/opsgenie.ts";
import { readPagerDuty } from "../connectors/webhooks/pagerduty.ts";
import { amazonFetcher, type FetchFromAmazon, snsTopics } from "../connectors/webhooks/sns.ts";
import type { Authenticity, SignedRequest, WebhookDoor, WebhookDoors } from "../domain/webhook-door.ts";

type Check = (request: SignedRequest, nowMs: number) => Authenticity;

/** Accepts a request that passes any configured check. A refusal gives the reason of each. */
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
 * Webhook doors by the end of their path, for the senders and secrets of the configuration.
 *
 * @param fetchFromAmazon gets certificates and confirms subscriptions.
 * @throws {IncidentError} CONFIG on an invalid custom mapping: the program does not start with a door that would lose
 *   alerts.
 */
export function webhookDoors(
  { webhooks, proxy }: Pick<Config, "webhooks" | "proxy">,
  fetchFromAmazon: FetchFromAmazon = amazonFetcher(proxy),
): WebhookDoors {
  const { alertmanager, grafana, pagerduty, opsgenie, incidentIo, cloudwatch, custom } = webhooks;
  const { signing } = grafana;
  const sns = snsTopics(cloudwatch.topics, fetchFromAmazon);
  const doors: WebhookDoor[] = [
    { source: "alertmanager", authenticate: anyOf(byPassword(alertmanager)), read: readAlertmanager },
    {
      source: "grafana",
      // With a signature configured, a token alone is not enough: anyone who sees one request could send more.
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
