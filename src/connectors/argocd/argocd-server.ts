import { z } from "zod";
import type { ServiceOf } from "../changes/parts.ts";
import type { ChangeServer, PulledChange } from "../changes/pulled-changes.ts";
import type { ChangeApi } from "../changes/read-pages.ts";
import { ArgoApplication, applicationChanges } from "./application-changes.ts";

/** More applications than this are not kept. */
const MAX_APPLICATIONS = 5_000;

/** Argo CD answers `null` where there are no applications. Entries that do not fit are left out, and counted. */
const Applications = z.object({ items: z.array(z.unknown()).nullable() });

/** The fields that are read: the whole of an application is fifty times as long. Older servers send all. */
const FIELDS = [
  "metadata.name",
  "metadata.namespace",
  "status.history",
  "status.operationState",
  "status.summary.images",
]
  .map((field) => `items.${field}`)
  .join(",");

/** `webUrl`: where people see the applications. `argoProjects`: those to read; all that the token may see if empty. */
export type ArgoCdOptions = { name: string; webUrl: string; argoProjects: readonly string[]; serviceOf: ServiceOf };

/**
 * The syncs of Argo CD's applications: one list, which holds the history of each.
 *
 * @see https://argo-cd.readthedocs.io/en/stable/developer-guide/api-docs/
 */
export function argoCdServer({ http, state, headers: sent }: ChangeApi, options: ArgoCdOptions): ChangeServer {
  const { name, webUrl, argoProjects, serviceOf } = options;
  const pageOf = (application: ArgoApplication["metadata"]): string =>
    `${webUrl}/applications/${[application.namespace, application.name]
      .filter((part) => part != null && part !== "")
      .map((part) => encodeURIComponent(part ?? ""))
      .join("/")}`;

  async function read(
    signal: AbortSignal | undefined,
  ): Promise<{ applications: ArgoApplication[]; gap: string | null }> {
    const query = { fields: FIELDS, ...(argoProjects.length > 0 ? { projects: argoProjects } : {}) };
    const { data, headers } = await http.jsonPage(
      { path: "/api/v1/applications", query, headers: sent, signal },
      Applications,
    );
    state.note(headers);
    const items = data.items ?? [];
    const kept = items.slice(0, MAX_APPLICATIONS).map((item) => ArgoApplication.safeParse(item));
    const misfits = kept.filter(({ success }) => !success).length;
    const gaps = [
      ...(items.length > MAX_APPLICATIONS ? [`the first ${MAX_APPLICATIONS} of ${items.length} were read`] : []),
      ...(misfits > 0 ? [`${misfits} do not have the expected form`] : []),
    ];
    const applications = kept.flatMap(({ data: application }) => application ?? []);
    return { applications, gap: gaps.length === 0 ? null : gaps.join("; ") };
  }

  const pulledOf = (application: ArgoApplication): PulledChange[] =>
    applicationChanges(application, serviceOf, pageOf).map((change) => ({
      change,
      call: `GET /api/v1/applications/${encodeURIComponent(application.metadata.name)}`,
    }));

  return {
    name,
    language: "Argo CD API",
    clockSkewMs: state.clockSkewMs,
    projects: [
      {
        name: "applications",
        lists: [
          {
            what: "applications",
            call: "GET /api/v1/applications",
            async read({ startMs, endMs }, { signal }) {
              const { applications, gap } = await read(signal);
              const pulled = applications.flatMap(pulledOf);
              const isWithin = ({ change: { timeUnixMs: ms } }: PulledChange) => ms >= startMs && ms <= endMs;
              return { changes: pulled.filter(isWithin), gap };
            },
          },
        ],
        async probe({ signal }) {
          const { applications } = await read(signal);
          const times = applications.flatMap(pulledOf).map(({ change }) => change.timeUnixMs);
          return {
            found: `${applications.length} applications with ${times.length} syncs`,
            count: applications.length,
            newestMs: times.length === 0 ? null : Math.max(...times),
          };
        },
      },
    ],
  };
}
