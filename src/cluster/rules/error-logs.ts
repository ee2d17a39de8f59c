import type { Entity } from "../../domain/entity.ts";
import { type Abnormal, HINT, type Knows } from "../abnormal.ts";
import { selects } from "../label-index.ts";
import type { Names } from "../names.ts";
import type { ClusterState } from "../state.ts";

/** Known error messages and what they mean. `blames`: the program that logged it, or the database that it uses. */
const MESSAGES: readonly {
  words: RegExp;
  meaning: string;
  cause: string;
  blames: "self" | "database";
  strength: number;
}[] = [
  {
    words:
      /Access denied for user|password authentication failed|(?:authentication|Login) failed for|WRONGPASS|NOAUTH/i,
    meaning: "its database refuses its credentials",
    cause: "database_credentials_refused",
    blames: "self",
    strength: 4,
  },
  {
    words: /address already in use|port \d+ (is|was) already in use|EADDRINUSE|PortInUse/i,
    meaning: "the port that it wants to serve is already in use in its pod",
    cause: "port_in_use",
    blames: "self",
    strength: 4,
  },
  {
    words: /Too many connections|too many clients already|remaining connection slots/i,
    meaning: "no connections are left",
    cause: "database_connections_exhausted",
    blames: "database",
    strength: 4,
  },
  {
    words: /read[-_ ]only (option|mode|transaction|replica)|READONLY You can't write/i,
    meaning: "it refuses to write: it is read-only",
    cause: "database_read_only",
    blames: "database",
    strength: 4,
  },
  {
    words: /is forbidden: User "[^"]+" cannot \w+ resource|serviceaccount:\S+ cannot \w+ resource/i,
    meaning: "its service account lacks a permission",
    cause: "rbac_forbidden",
    blames: "self",
    strength: 4,
  },
  {
    words: /certificate has expired|certificate expired|CertificateExpired/i,
    meaning: "it is shown a certificate that has expired",
    cause: "certificate_expired",
    blames: "self",
    strength: 3,
  },
  {
    words: /exec format error/i,
    meaning: "the image is built for another CPU architecture",
    cause: "image_architecture_wrong",
    blames: "self",
    strength: 4,
  },
  {
    words: /Permission denied|EACCES|Read-only file system/i,
    meaning: "a file or volume denies it access: permission denied",
    cause: "volume_permission_denied",
    blames: "self",
    strength: 4,
  },
  {
    words: /No space left on device|ENOSPC/i,
    meaning: "its disk is full",
    cause: "disk_full",
    blames: "self",
    strength: 4,
  },
  {
    words: /UnknownHostException|no such host|name resolution|getaddrinfo|NXDOMAIN|ENOTFOUND/i,
    meaning: "a name does not resolve for it",
    cause: "service_name_unresolved",
    blames: "self",
    strength: HINT,
  },
  {
    words:
      /Communications link failure|Could not open JDBC Connection|could not connect to server: Connection refused/i,
    meaning: "its database does not answer at the address that it uses",
    cause: "database_address_wrong",
    blames: "self",
    strength: 1,
  },
];

/**
 * Finds known messages in error logs. A message blames its program, or the database: the more clients report it, the
 * stronger.
 */
export function judgeErrorLogs(state: ClusterState, names: Names, knows: Knows): Abnormal[] {
  const own = state.errorLogs.flatMap(({ service, source, lines }): Abnormal[] => {
    const self = names.app(service);
    return MESSAGES.filter(({ cause }) => knows(cause)).flatMap(
      ({ words, meaning, cause, blames, strength }): Abnormal[] => {
        const matching = lines.filter(({ text }) => words.test(text));
        const [line] = matching;
        // a database that rejects someone works as configured
        if (!line || blames === "database" || isStateful(self.id, state, names)) return [];
        const count = matching.reduce((sum, one) => sum + one.count, 0);
        return [
          {
            kind: "cluster.misconfiguration",
            cause,
            entity: self,
            source,
            strength,
            summary: `${self.id}: logs that ${meaning}`,
            facts: { count },
            exemplar: line.text.slice(0, 500),
          },
        ];
      },
    );
  });
  return [...own, ...blamedDatabases(state, names, knows)];
}

const isStateful = (id: string, { workloads }: ClusterState, names: Names): boolean =>
  workloads.some((workload) => workload.kind === "StatefulSet" && names.ofWorkload(workload).id === id);

function blamedDatabases(state: ClusterState, names: Names, knows: Knows): Abnormal[] {
  const ofDatabases = MESSAGES.filter(({ blames, cause }) => blames === "database" && knows(cause));
  return ofDatabases.flatMap(({ words, meaning, cause, strength }): Abnormal[] => {
    const complaints = state.errorLogs.filter(({ lines }) => lines.some(({ text }) => words.test(text)));
    const probes = state.pods.filter(({ events }) =>
      events.some(({ reason, message }) => reason === "Unhealthy" && words.test(message)),
    );
    const blamed = new Map<string, { entity: Entity; clients: number; exemplar: string; source: string }>();
    const blame = (entity: Entity, exemplar: string, source: string): void => {
      blamed.set(entity.id, { entity, exemplar, source, clients: (blamed.get(entity.id)?.clients ?? 0) + 1 });
    };
    for (const { service, lines, source } of complaints) {
      const line = lines.find(({ text }) => words.test(text))?.text ?? "";
      for (const database of databasesOf(service, state, names)) blame(database, line, source);
    }
    for (const pod of probes)
      blame(names.ofPod(pod), pod.events.find(({ message }) => words.test(message))?.message ?? "", pod.source);
    return [...blamed.values()].map(({ entity, clients, exemplar, source }) => ({
      kind: "cluster.misconfiguration",
      cause,
      entity,
      source,
      strength: Math.min(6, strength + clients / 2),
      summary: `${entity.id}: ${clients} of its clients report that ${meaning}`,
      facts: { clients },
      exemplar: exemplar.slice(0, 500),
    }));
  });
}

/** True if a line says that a database fails, not the program that logged it. */
export const blamesDatabase = (text: string): boolean =>
  MESSAGES.some(({ words, blames }) => blames === "database" && words.test(text));

/** Programs whose errors come from a database that they use. */
export const victimsOf = (state: ClusterState, names: Names, knows: Knows): Set<string> =>
  new Set(
    state.errorLogs
      .filter(
        ({ service, lines }) =>
          databasesOf(service, state, names).length > 0 &&
          lines.some(({ text }) =>
            MESSAGES.some(({ words, blames, cause }) => blames === "database" && knows(cause) && words.test(text)),
          ),
      )
      .map(({ service }) => names.app(service).id),
  );

/**
 * Finds the databases that a program's manifest names: values that are the name of a Service in front of a
 * StatefulSet.
 */
function databasesOf(app: string, state: ClusterState, names: Names): Entity[] {
  const objects = state.manifests.filter((manifest) => manifest.app === app).flatMap((manifest) => manifest.objects);
  const values = objects.flatMap(({ data, stringData, spec }) => [
    ...Object.values(data ?? {}),
    ...Object.values(stringData ?? {}),
    ...(spec?.template?.spec?.containers ?? []).flatMap(({ env }) => env.flatMap(({ value }) => value ?? [])),
  ]);
  const named = new Set(
    values.flatMap((value) =>
      typeof value === "string" ? (/^(?:[a-z][a-z0-9+:]*:\/\/)?([a-z0-9][a-z0-9-]*)/i.exec(value)?.[1] ?? []) : [],
    ),
  );
  const found = state.services
    .filter(({ name }) => named.has(name))
    .flatMap((service) =>
      state.pods.filter((pod) => selects(service.selector, pod.labels)).map((pod) => names.ofPod(pod)),
    );
  return [...new Map(found.map((entity) => [entity.id, entity])).values()].filter(({ id }) =>
    isStateful(id, state, names),
  );
}
