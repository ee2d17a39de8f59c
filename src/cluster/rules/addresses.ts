import { type Abnormal, HINT } from "../abnormal.ts";
import { scalarOf } from "../fields.ts";
import type { Manifest } from "../manifest.ts";
import type { Names } from "../names.ts";
import { selects } from "../label-index.ts";
import type { ClusterState, KubernetesService } from "../state.ts";
import { nearestName } from "./near-name.ts";

/** `host:port`, with or without a scheme, where the host may be a Service of the same or a named namespace. */
const ADDRESS = /^(?:[a-z][a-z0-9+.-]*:\/\/)?([a-z][a-z0-9-]*)((?:\.[a-z0-9-]+)*):(\d{2,5})(?:\/.*)?$/i;

type Setting = { name: string; value: string };

/**
 * Finds settings that point to a missing Service or to a port that it does not offer, and pods that bypass cluster
 * DNS.
 */
export function judgeAddresses(state: ClusterState, names: Names): Abnormal[] {
  return state.manifests.flatMap(({ app, source, objects }) =>
    objects.flatMap((object): Abnormal[] => {
      const namespace = object.metadata.namespace ?? "default";
      if (!state.listed.has(`${namespace}/services`)) return [];
      const here = state.serviceIndex.in(namespace);
      const base = { kind: "cluster.misconfiguration" as const, entity: names.app(app), source };
      const settings = settingsOf(object);
      return [
        ...settings.flatMap((setting) => wrongAddress(setting, namespace, here, base, names)),
        ...wrongPair(settings, here, base, state),
        ...ownResolution(object, here, base),
      ];
    }),
  );
}

type Base = Pick<Abnormal, "kind" | "entity" | "source">;

function wrongAddress(
  { name, value }: Setting,
  namespace: string,
  here: readonly KubernetesService[],
  base: Base,
  names: Names,
): Abnormal[] {
  const [, host, domain = "", port] = ADDRESS.exec(value) ?? [];
  if (
    host === undefined ||
    port === undefined ||
    host === "localhost" ||
    (domain !== "" && !domain.startsWith(`.${namespace}`))
  )
    return [];
  const facts = { variable: name, host, port };
  const service = here.find((one) => one.name === host);
  const { id } = base.entity;
  if (service) {
    if (service.ports.length === 0 || service.ports.some((one) => one.port === port)) return [];
    return [
      {
        ...base,
        cause: "address_variable_wrong",
        peer: names.ofService(service).id,
        strength: 5,
        summary: `${id}: its variable ${name} holds a wrong address: ${host} does not offer port ${port}`,
        facts,
      },
    ];
  }
  const meant = nearestName(
    host,
    here.map((one) => one.name),
  );
  const address = meant === null ? "an address" : "a wrong address";
  // a name unlike all others may belong to an optional component that is not installed
  return [
    {
      ...base,
      ...(meant === null ? {} : { cause: "address_variable_wrong" }),
      strength: meant === null ? HINT : 5,
      summary: `${id}: its variable ${name} holds ${address}: there is no Service ${host}`,
      facts: { ...facts, ...(meant === null ? {} : { meant }) },
    },
  ];
}

/** Finds an `X_HOST` that names a Service together with an `X_PORT` that it does not offer. */
function wrongPair(
  settings: readonly Setting[],
  here: readonly KubernetesService[],
  base: Base,
  { pods, workloads }: ClusterState,
): Abnormal[] {
  return settings.flatMap(({ name, value: host }): Abnormal[] => {
    const service = /HOST(NAME)?$/i.test(name) ? here.find((one) => one.name === host) : undefined;
    const port = service && settings.find((other) => other.name === name.replace(/HOST(NAME)?$/i, "PORT"));
    if (!service || !port || service.ports.length === 0 || service.ports.some((one) => one.port === port.value))
      return [];
    const behind = new Set(pods.filter((pod) => selects(service.selector, pod.labels)).map(({ workload }) => workload));
    const isDatabase = workloads.some((workload) => workload.kind === "StatefulSet" && behind.has(workload.name));
    const what = isDatabase ? "its database does not answer at the address that it uses" : "a wrong address";
    return [
      {
        ...base,
        cause: isDatabase ? "database_address_wrong" : "address_variable_wrong",
        strength: 5,
        summary: `${base.entity.id}: ${port.name}: ${what}: ${host} does not offer port ${port.value}`,
        facts: { variable: port.name, host, port: port.value },
      },
    ];
  });
}

/** Finds pods that bypass cluster DNS, entirely or for one Service. */
function ownResolution({ spec }: Manifest, here: readonly KubernetesService[], base: Base): Abnormal[] {
  const { dnsPolicy, hostAliases = [] } = spec?.template?.spec ?? {};
  const alias = hostAliases.find(({ hostnames }) =>
    hostnames.some((name) => here.some((service) => name === service.name || name.startsWith(`${service.name}.`))),
  );
  const { id } = base.entity;
  if (alias)
    return [
      {
        ...base,
        cause: "service_name_unresolved",
        strength: 4,
        summary: `${id}: a host alias overrides a Service, so the name of a Service does not resolve to it`,
        facts: { alias: alias.hostnames.join(","), ip: alias.ip },
      },
    ];
  return dnsPolicy === "None" || dnsPolicy === "Default"
    ? [
        {
          ...base,
          cause: "service_name_unresolved",
          strength: 4,
          summary: `${id}: it does not use cluster DNS: the name of a Service does not resolve for it`,
          facts: { dns_policy: dnsPolicy },
        },
      ]
    : [];
}

/**
 * Reads container variables, and those entries of ConfigMaps and Secrets that are hosts, ports or addresses. Other
 * entries are not read: they may be passwords.
 */
function settingsOf({ kind, data, stringData, spec }: Manifest): Setting[] {
  const env = (spec?.template?.spec?.containers ?? []).flatMap((container) =>
    container.env.flatMap(({ name, value }) => (value === undefined ? [] : [{ name, value }])),
  );
  const plain = { ...(kind === "Secret" ? {} : data), ...stringData };
  const encoded = Object.entries(kind === "Secret" ? (data ?? {}) : {}).map(([name, value]) => ({
    name,
    value: Buffer.from(scalarOf(value) ?? "", "base64").toString("utf8"),
  }));
  const entries = [
    ...Object.entries(plain).map(([name, value]) => ({ name, value: scalarOf(value) ?? "" })),
    ...encoded,
  ];
  return [...env, ...entries.filter(({ name }) => /(HOST|HOSTNAME|PORT|ADDR|ADDRESS|URL)$/i.test(name))];
}
