import type { Abnormal } from "../abnormal.ts";
import type { Names } from "../names.ts";
import type { ClusterState, KubernetesService } from "../state.ts";

type Route = { id: string; host: string };

/** Share of a gateway's routes that must match their name before an exception counts. */
const CONVENTION = 0.8;
/** With fewer routes there is no convention. */
const MIN_ROUTES = 4;

/**
 * Finds gateway routes that lead elsewhere than their name says, if nearly all other routes match: `id: order` with
 * `uri: http://users`. Reads the text of ConfigMaps, where gateways usually keep their routes.
 */
export function judgeRoutes({ manifests, services }: ClusterState, names: Names): Abnormal[] {
  return manifests.flatMap(({ app, source, objects }) =>
    objects
      .filter(({ kind }) => kind === "ConfigMap")
      .flatMap(({ metadata, data }): Abnormal[] => {
        const routes = Object.values(data ?? {})
          .flatMap((text) => (typeof text === "string" ? routesIn(text) : []))
          .filter(({ id, host }) => hasService(host, services) && intended(id, services) !== null);
        const strays = routes.filter(({ id, host }) => !isNamed(host, id));
        if (routes.length < MIN_ROUTES || strays.length > (1 - CONVENTION) * routes.length) return [];
        return strays.flatMap(({ id, host }): Abnormal[] => {
          const meant = intended(id, services);
          if (!meant || routes.some((route) => route.host === meant.name)) return []; // another route reaches it
          const entity = names.ofService(meant);
          return [
            {
              kind: "cluster.misconfiguration",
              cause: "gateway_route_wrong",
              entity,
              source,
              peer: names.app(app).id,
              strength: 5,
              summary: `${entity.id}: the gateway routes its requests elsewhere: requests to its paths get 404`,
              facts: { gateway: app, config: metadata.name, route: id, leads_to: host, meant: meant.name },
            },
          ];
        });
      }),
  );
}

/** `- id: order` followed by `uri: lb://${ORDER_HOST:order-service}`. */
const routesIn = (text: string): Route[] =>
  [
    ...text.matchAll(
      /^\s*-?\s*id:\s*["']?([\w.-]+)["']?\s*\n\s*uri:\s*["']?[a-z]+:\/\/(?:\$\{[^:}]*:)?([a-z0-9][a-z0-9-]*)/gim,
    ),
  ].map(([, id = "", host = ""]) => ({ id, host }));

/** True if `name` holds `part` as whole words between hyphens. */
const isNamed = (name: string, part: string): boolean => `-${name}-`.includes(`-${part}-`);
const hasService = (host: string, services: readonly KubernetesService[]): boolean =>
  services.some(({ name }) => name === host);
/** The Service that a route is named after: the shortest name that holds it. */
const intended = (id: string, services: readonly KubernetesService[]): KubernetesService | null =>
  services.filter(({ name }) => isNamed(name, id)).toSorted((a, b) => a.name.length - b.name.length)[0] ?? null;
