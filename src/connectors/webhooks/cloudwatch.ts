import { z } from "zod";
import type { AlertDelivery, AlertEvent } from "../../domain/alert-event.ts";
import { balancedName } from "../../domain/alert-target.ts";
import { IncidentError } from "../../domain/errors.ts";
import { boundedLabels, severityWord } from "./label-words.ts";
import { readPayload, short } from "./read-payload.ts";
import { SnsEnvelope } from "./sns.ts";
import { timeMs } from "./times.ts";

const Text = z.string().nullish();
const Dimensions = z.array(z.object({ name: z.string(), value: z.string() })).nullish();

const Alarm = z.object({
  AlarmName: z.string().min(1),
  AlarmArn: Text,
  AlarmDescription: Text,
  AWSAccountId: Text,
  Region: Text,
  NewStateValue: z.enum(["ALARM", "OK", "INSUFFICIENT_DATA"]),
  NewStateReason: Text,
  StateChangeTime: Text,
  // absent for a composite alarm
  Trigger: z
    .object({
      Namespace: Text,
      MetricName: Text,
      Dimensions,
      Metrics: z
        .array(
          z.object({
            MetricStat: z.object({ Metric: z.object({ Namespace: Text, MetricName: Text, Dimensions }) }).nullish(),
          }),
        )
        .nullish(),
    })
    .nullish(),
});
type Alarm = z.infer<typeof Alarm>;
type Dimension = NonNullable<z.infer<typeof Dimensions>>[number];

/** Dimensions that name the failing entity, the most specific first: services before the hosts they run on. */
const ENTITY_DIMENSIONS = [
  "ServiceName",
  "Service",
  "FunctionName",
  "ApiName",
  "TargetGroup",
  "LoadBalancer",
  "DBClusterIdentifier",
  "DBInstanceIdentifier",
  "TableName",
  "QueueName",
  "TopicName",
  "StateMachineArn",
  "CacheClusterId",
  "StreamName",
  "DeliveryStreamName",
  "BucketName",
  "DomainName",
  "DistributionId",
  "PodName",
  "InstanceId",
  "AutoScalingGroupName",
  "NodeName",
  "ClusterName",
  "Namespace",
] as const;

/**
 * Severity words in an alarm's name or description: `[P1]`, `sev2`, `critical`. Not `high` or `low`: they describe the
 * metric.
 */
const severityIn = (text: string) =>
  severityWord(/\b(?:p[1-5]|s(?:ev-?)?[1-5]|critical|emergency|warning)\b/i.exec(text)?.[0] ?? "");

/**
 * Reads what CloudWatch posts through an SNS topic: one alarm that changed state. `INSUFFICIENT_DATA` means neither
 * firing nor resolved.
 *
 * @throws {IncidentError} BAD_INPUT
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html
 */
export function readCloudWatch(payload: unknown, receivedAtMs: number): AlertDelivery {
  const { Type, Message, TopicArn } = readPayload("Amazon SNS", SnsEnvelope, payload);
  if (Type !== "Notification")
    throw new IncidentError("BAD_INPUT", `Amazon SNS sent a ${Type} for a topic that is not configured`, {
      hint: "Add its ARN to CLOUDWATCH_SNS_TOPICS or webhooks.cloudwatch.topics, then request the confirmation again.",
    });
  const alarm = readPayload("CloudWatch", Alarm, jsonOf(Message));
  const delivery = { source: "cloudwatch", groupKey: null, truncatedAlerts: 0 };
  return alarm.NewStateValue === "INSUFFICIENT_DATA"
    ? { ...delivery, alerts: [] }
    : { ...delivery, alerts: [toAlertEvent(alarm, TopicArn, receivedAtMs)] };
}

function toAlertEvent(alarm: Alarm, topic: string, receivedAtMs: number): AlertEvent {
  const { AlarmName, AlarmArn, AlarmDescription, NewStateReason, Region, AWSAccountId, Trigger } = alarm;
  const changedAtMs = timeMs(alarm.StateChangeTime) ?? receivedAtMs;
  const metrics = [Trigger ?? {}, ...(Trigger?.Metrics ?? []).flatMap(({ MetricStat }) => MetricStat?.Metric ?? [])];
  const dimensions = metrics.flatMap(({ Dimensions: dimensions }) => dimensions ?? []);
  const named = {
    region: Region,
    account: AWSAccountId,
    namespace: metrics.find(({ Namespace }) => Namespace)?.Namespace,
    metric: metrics.find(({ MetricName }) => MetricName)?.MetricName,
  };
  const labels = [
    ...dimensions.map(({ name, value }) => [name, value] as const),
    ...Object.entries(named).flatMap(([name, value]) => (value ? [[name, value] as const] : [])),
  ];
  return {
    fingerprint: short(`cloudwatch:${AlarmArn ?? `${topic}:${AlarmName}`}`, 500),
    status: alarm.NewStateValue === "ALARM" ? "firing" : "resolved",
    severity: severityIn(AlarmName) ?? severityIn(AlarmDescription ?? "") ?? "warning",
    entity: short(entityIn(dimensions) ?? AlarmName, 200),
    name: short(AlarmName, 200),
    summary: short([AlarmDescription, NewStateReason].filter(Boolean).join(" ") || AlarmName, 2_000),
    startsAtMs: changedAtMs,
    endsAtMs: alarm.NewStateValue === "OK" ? changedAtMs : null,
    labels: boundedLabels(Object.fromEntries(labels)),
  };
}

const entityIn = (dimensions: readonly Dimension[]): string | null => {
  const named = ENTITY_DIMENSIONS.flatMap((wanted) =>
    dimensions.filter(({ name, value }) => name === wanted && value.trim() !== ""),
  ).at(0);
  return named === undefined ? null : balancedName(named.value.trim());
};

function jsonOf(message: string): unknown {
  try {
    return JSON.parse(message);
  } catch (cause) {
    throw new IncidentError("BAD_INPUT", "this Amazon SNS message is not a CloudWatch alarm: it is not JSON", {
      hint: "Let only CloudWatch alarms post to this topic.",
      cause,
    });
  }
}
