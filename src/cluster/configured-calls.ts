import type { Entity } from "../domain/entity.ts";
import { isMeasuringProgram } from "../domain/scrapers.ts";
import type { Manifest } from "./manifest.ts";
import type { Names } from "./names.ts";
import { serviceTargets } from "./service-targets.ts";
import type { ClusterState, KubernetesService } from "./state.ts";

/** A longer value is a file of data. Of a workload, and of the whole cluster, more calls are no configuration. */
const MAX_VALUE_CHARS = 64 * 1024;
const MAX_CALLS_OF_ONE = 100;
const MAX_CALLS = 5_000;

/** Settings whose whole value may be a host: `CART_HOST`, `kafka.brokers`. `SERVICE_NAME` is the name of the writer. */
const NAMES_A_HOST =
  /(?:host|hostname|addr|address|url|uri|endpoint|server|broker|service|upstream|target|backend|dsn)(?:e?s)?$/i;
/** Where telemetry goes. A program works without it. */
const TELEMETRY =
  /(?:^|[_.])(?:otel|otlp|jaeger|zipkin|tempo|prometheus|pushgateway|statsd|datadog|dd|sentry|loki|fluent\w*|pyroscope)(?:[_.]|$)/i;
/** `scheme://user@host:port,host:port/path` */
const URLS = /\b[a-z][a-z0-9+.-]*:\/\/(?:[^\s/@"']{0,200}@)?([\w.,:-]{1,2000})/gi;
const WITH_PORT = /(?:^|[\s,;=@"'([])([a-z0-9][a-z0-9.-]{0,252}):\d{2,5}(?![\w.])/gi;
const OF_CLUSTER =
  /(?:^|[\s,;=@"'([/])([a-z0-9][a-z0-9-]{0,62}(?:\.[a-z0-9-]{1,63}){1,2}\.svc(?:\.[a-z0-9.-]{1,200})?)/gi;
const PLAIN = /^[a-z0-9][a-z0-9.-]{0,252}$/i;
const LINE = /^\s*["']?([\w.-]{1,100})["']?\s*[:=]\s*["']?([^"']{1,300}?)["']?\s*,?\s*$/;

/** A call that a workload's configuration names. `to`: the workload behind the Service, or the Service. */
export type ConfiguredCall = { from: Entity; to: Entity };

/**
 * The Services that the variables and ConfigMaps of workloads name: `cart`, `cart:80`, `cart.shop.svc.cluster.local`,
 * URLs. Only Services that exist count, so no value becomes an entity. Where telemetry is sent is left out.
 */
export function configuredCalls(state: ClusterState, names: Names): ConfiguredCall[] {
  const { manifests, services } = state;
  const byName = new Map(services.map((service) => [`${service.namespace}/${service.name}`, service]));
  const targetOf = serviceTargets(state, names);
  const calls = new Map<string, ConfiguredCall>();
  for (const { app, objects } of manifests) {
    const from = names.app(app);
    const found = new Set(
      objects.flatMap((object) =>
        hostsOf(object).flatMap((host) => serviceAt(host, namespaceOf(object), byName) ?? []),
      ),
    );
    for (const service of [...found].slice(0, MAX_CALLS_OF_ONE)) {
      const to = targetOf(service);
      if (to.id === from.id || isMeasuringProgram(service.name) || calls.size >= MAX_CALLS) continue;
      calls.set(`${from.id}\u0000${to.id}`, { from, to });
    }
  }
  return [...calls.values()];
}

const namespaceOf = ({ metadata }: Manifest): string => metadata.namespace ?? "default";

/** The Service at a name: of the same namespace, of a named one, or that of a pod (`db-0.db.shop.svc`). */
function serviceAt(
  host: string,
  namespace: string,
  services: ReadonlyMap<string, KubernetesService>,
): KubernetesService | undefined {
  const [first = "", second, third, fourth] = host.toLowerCase().split(".");
  if (second === undefined) return services.get(`${namespace}/${first}`);
  if (fourth === "svc") return services.get(`${third}/${second}`);
  if (third !== undefined && third !== "svc") return undefined;
  return (
    services.get(`${second}/${first}`) ?? (third === undefined ? services.get(`${namespace}/${second}`) : undefined)
  );
}

/** The hosts that the variables and the data of an object name. */
function hostsOf({ kind, data, spec }: Manifest): string[] {
  if (kind === "Secret") return [];
  const variables = (spec?.template?.spec?.containers ?? []).flatMap(({ env }) =>
    env.flatMap(({ name, value }) => (value === undefined ? [] : [{ name, value }])),
  );
  const entries = Object.entries(data ?? {}).flatMap(([name, value]) =>
    typeof value === "string" ? [{ name, value }] : [],
  );
  return [...variables, ...entries].flatMap(({ name, value }) =>
    value.length > MAX_VALUE_CHARS || TELEMETRY.test(name)
      ? []
      : value.includes("\n")
        ? value.split("\n").flatMap(hostsOfLine)
        : hostsIn(name, value),
  );
}

/** A line of a configuration file. */
function hostsOfLine(line: string): string[] {
  if (/^\s*(?:#|\/\/|;)/.test(line)) return [];
  const [, name = "", value = line] = LINE.exec(line) ?? [];
  return TELEMETRY.test(name) ? [] : hostsIn(name, value);
}

function hostsIn(name: string, value: string): string[] {
  const text = value.slice(0, 4_000);
  const hosts = [
    ...[...text.matchAll(URLS)].flatMap(([, authority = ""]) => authority.split(",")),
    ...[...text.matchAll(WITH_PORT), ...text.matchAll(OF_CLUSTER)].map(([, host = ""]) => host),
    ...(NAMES_A_HOST.test(name) ? text.split(/[\s,;]+/).filter((part) => PLAIN.test(part)) : []),
  ];
  return [...new Set(hosts.map((host) => host.replace(/:\d*$/, "").replace(/\.$/, "")))];
}
