import type { Abnormal } from "../abnormal.ts";
import type { Names } from "../names.ts";
import type { ClusterState, Service } from "../state.ts";

/** `host:port`, with or without a scheme, where the host may be a Service of the same or a named namespace. */
const ADDRESS = /^(?:[a-z][a-z0-9+.-]*:\/\/)?([a-z][a-z0-9-]*)((?:\.[a-z0-9-]+)*):(\d{2,5})(?:\/.*)?$/i;

/** Environment variables that point at a Service that does not exist, or at a port that it does not offer. */
export function judgeAddresses({ manifests, services, listed }: ClusterState, names: Names): Abnormal[] {
  return manifests.flatMap(({ app, source, objects }) =>
    objects.flatMap(({ metadata, spec }): Abnormal[] => {
      const namespace = metadata.namespace ?? "default";
      if (!listed.has(`${namespace}/services`)) return [];
      const here = services.filter((service) => service.namespace === namespace);
      const entity = names.app(app);
      return (spec?.template?.spec?.containers ?? []).flatMap(({ env }) => env).flatMap(({ name, value }): Abnormal[] => {
        const [, host, domain, port] = ADDRESS.exec(value ?? "") ?? [];
        if (host === undefined || port === undefined || /^localhost$|^x$/.test(host) || (domain !== "" && !domain?.startsWith(`.${namespace}`))) return [];
        const facts = { variable: name, host, port };
        const service = here.find((one) => one.name === host);
        if (service?.ports.some((one) => one.port === port) || service?.ports.length === 0) return [];
        if (service) return [{ kind: "cluster.misconfiguration", entity, source, peer: names.ofService(service).id, strength: 5, summary: `${entity.id}: its variable ${name} holds a wrong address: ${host} does not offer port ${port}`, facts }];
        const near = nearest(host, here);
        // a name like no other may belong to something optional that is not installed
        return [{ kind: "cluster.misconfiguration", entity, source, strength: near ? 5 : 0.3, summary: `${entity.id}: its variable ${name} holds ${near ? "a wrong address" : "an address"}: there is no Service ${host}`, facts: { ...facts, ...(near ? { meant: near.name } : {}) } }];
      });
    }),
  );
}

/** The Service that a mistyped host was meant for: one name within the other, or at most two letters apart. */
const nearest = (host: string, services: readonly Service[]): Service | undefined =>
  services.find(({ name }) => (name.length > 3 && host.includes(name)) || (host.length > 3 && name.startsWith(host)) || distance(host, name) <= 2);

/** Levenshtein distance, at most 3. */
function distance(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 2) return 3;
  let row = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)));
    row = next;
  }
  return Math.min(3, row.at(-1) ?? 0);
}
