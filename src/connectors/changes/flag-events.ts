import { z } from "zod";
import type { ChangeDoor } from "../../domain/reported-change.ts";
import { readPayload } from "../webhooks/read-payload.ts";
import { timeMs } from "../webhooks/times.ts";
import { changeOf, type ServiceOf } from "./parts.ts";

const LaunchDarkly = z.object({
  _id: z.string(),
  date: z.number(),
  kind: z.string(),
  name: z.string(),
  title: z.string().nullish(),
  titleVerb: z.string().nullish(),
  member: z.object({ email: z.string().nullish() }).nullish(),
  target: z.object({ resources: z.array(z.string()).nullish() }).nullish(),
});

/**
 * Changes of a LaunchDarkly webhook: one entry of the audit log. A flag stands for the service that the configuration
 * gives for it, or for its project; otherwise for itself.
 *
 * @see https://launchdarkly.com/docs/integrations/webhooks
 */
export const readLaunchDarkly =
  (serviceOf: ServiceOf): ChangeDoor["read"] =>
  (payload) => {
    const {
      _id: id,
      date,
      kind,
      name,
      title,
      titleVerb,
      member,
      target,
    } = readPayload("LaunchDarkly", LaunchDarkly, payload);
    if (kind !== "flag" && kind !== "segment") return [];
    // such as `proj/shop:env/production:flag/new-cart`
    const parts = (target?.resources?.[0] ?? "").split(":").map((part) => part.split(/[/;]/)[1] ?? "");
    const [project = "", environment = "", key = name] = parts;
    return [
      changeOf({
        timeUnixMs: timeMs(date) ?? date,
        entity: serviceOf(key, project === "" ? null : `project/${project}`),
        kind: "flag",
        id,
        summary: `${title ?? `${titleVerb ?? "changed"} ${name}`}${environment === "" ? "" : ` in ${environment}`}`,
        author: member?.email,
      }),
    ];
  };

const Unleash = z.object({
  id: z.union([z.number(), z.string()]),
  type: z.string(),
  createdBy: z.string().nullish(),
  createdAt: z.string().nullish(),
  featureName: z.string().nullish(),
  project: z.string().nullish(),
  environment: z.string().nullish(),
});

/**
 * Changes of an Unleash webhook with its default body. Events that change no flag hold none.
 *
 * @see https://docs.getunleash.io/reference/integrations/webhook
 */
export const readUnleash =
  (serviceOf: ServiceOf): ChangeDoor["read"] =>
  (payload, { receivedAtMs }) => {
    const { id, type, createdBy, createdAt, featureName, project, environment } = readPayload(
      "Unleash",
      Unleash,
      payload,
    );
    if (featureName == null || !type.startsWith("feature")) return [];
    return [
      changeOf({
        timeUnixMs: timeMs(createdAt) ?? receivedAtMs,
        entity: serviceOf(featureName, project == null ? null : `project/${project}`),
        kind: "flag",
        id: `unleash-${id}`,
        summary: `${type.replaceAll("-", " ")}: ${featureName}${environment == null ? "" : ` in ${environment}`}`,
        author: createdBy,
      }),
    ];
  };
