import { z } from "zod";
import type { ReportedChange } from "../../domain/reported-change.ts";
import { changeOf, type ServiceOf } from "../changes/parts.ts";
import { timeMs } from "../webhooks/times.ts";

const By = z.object({ username: z.string().nullish(), automated: z.boolean().nullish() }).nullish();
const Revised = { revision: z.string().nullish(), revisions: z.array(z.string()).nullish() };
const Synced = z.object({
  ...Revised,
  deployedAt: z.string(),
  deployStartedAt: z.string().nullish(),
  initiatedBy: By,
});

/** An Application, as the API of Argo CD and as Kubernetes give it. Broken parts are left out. */
export const ArgoApplication = z.object({
  metadata: z.object({ name: z.string().min(1), namespace: z.string().nullish() }),
  status: z
    .object({
      history: z
        .array(Synced.nullable().catch(null))
        .nullish()
        .transform((history) => (history ?? []).filter((one) => one !== null)),
      operationState: z
        .object({
          phase: z.string().nullish(),
          startedAt: z.string().nullish(),
          finishedAt: z.string().nullish(),
          message: z.string().nullish(),
          syncResult: z.object(Revised).nullish(),
          operation: z.object({ initiatedBy: By, sync: z.object(Revised).nullish() }).nullish(),
        })
        .nullish()
        .catch(null),
      summary: z
        .object({ images: z.array(z.string()).nullish() })
        .nullish()
        .catch(null),
    })
    .nullish(),
});
export type ArgoApplication = z.infer<typeof ArgoApplication>;

const MAX_IMAGES = 5;

/** The address of an application's page; null if it is not known. */
type PageOf = (application: ArgoApplication["metadata"]) => string | null;

/**
 * The syncs of an application: each entry of its history, and its last operation if that failed or is under way. Argo
 * CD keeps ten entries of history unless `revisionHistoryLimit` says otherwise.
 *
 * @see https://argo-cd.readthedocs.io/en/stable/operator-manual/declarative-setup/
 */
export function applicationChanges(
  application: ArgoApplication,
  serviceOf: ServiceOf,
  pageOf: PageOf,
): ReportedChange[] {
  const { metadata, status } = application;
  const entity = serviceOf(metadata.name);
  const url = pageOf(metadata);
  const history = (status?.history ?? [])
    .flatMap((sync) => {
      const timeUnixMs = timeMs(sync.deployedAt);
      return timeUnixMs === null ? [] : [{ ...sync, timeUnixMs, version: versionOf(sync) }];
    })
    .toSorted((a, b) => a.timeUnixMs - b.timeUnixMs);
  const synced = history.map((sync, at): ReportedChange => {
    const isLast = at === history.length - 1;
    const beganMs = timeMs(sync.deployStartedAt);
    const isRollback = history.slice(0, Math.max(0, at - 1)).some(({ version }) => version === sync.version);
    const wasSame = history[at - 1]?.version === sync.version;
    return changeOf({
      timeUnixMs: sync.timeUnixMs,
      ...(beganMs !== null && beganMs < sync.timeUnixMs ? { beganUnixMs: beganMs } : {}),
      entity,
      kind: "deploy",
      id: sync.version || `${metadata.name}-${sync.deployedAt}`,
      summary: [
        `${wasSame ? "synced again" : isRollback ? "rolled back" : "synced"}${sync.version ? ` to ${sync.version}` : ""}`,
        isLast ? imagesOf(status?.summary?.images ?? []) : "",
        sync.initiatedBy?.automated === true ? "automatic" : "",
      ]
        .filter((part) => part !== "")
        .join("; "),
      author: sync.initiatedBy?.username,
      url,
    });
  });
  return [...synced, ...operationChange(application, entity, url)];
}

/** A sync that failed or is under way, which the history does not have. */
function operationChange({ metadata, status }: ArgoApplication, entity: string, url: string | null): ReportedChange[] {
  const operation = status?.operationState;
  if (operation == null || operation.phase == null || operation.phase === "Succeeded") return [];
  const [beganMs, endedMs] = [timeMs(operation.startedAt), timeMs(operation.finishedAt)];
  const timeUnixMs = endedMs ?? beganMs;
  if (timeUnixMs === null) return [];
  const version = versionOf(operation.syncResult ?? {}) || versionOf(operation.operation?.sync ?? {});
  const did = endedMs === null ? "began to sync" : `sync ${operation.phase.toLowerCase()}`;
  return [
    changeOf({
      timeUnixMs,
      ...(endedMs !== null && beganMs !== null && beganMs < endedMs ? { beganUnixMs: beganMs } : {}),
      entity,
      kind: "deploy",
      id: version || `${metadata.name}-${operation.finishedAt ?? operation.startedAt}`,
      summary: `${did}${version ? ` to ${version}` : ""}${operation.message ? `: ${operation.message}` : ""}`,
      author: operation.operation?.initiatedBy?.username,
      url,
    }),
  ];
}

/** The revision, or those of several sources. */
const versionOf = ({
  revision,
  revisions,
}: {
  revision?: string | null | undefined;
  revisions?: string[] | null | undefined;
}): string => revision || (revisions ?? []).join(",");

const imagesOf = (images: readonly string[]): string =>
  images.length === 0
    ? ""
    : `images ${images.slice(0, MAX_IMAGES).join(", ")}${images.length > MAX_IMAGES ? ", …" : ""}`;
