/** A server that was found, and the variable that names it. `from`: how it was found. */
export type FoundServer = { product: string; variable: string; url: string; from: "variable" | "answer" };

/** Permission to read types of objects. `group`: the API group; empty for the core. */
export type ReadRule = { group: string; types: readonly string[] };

/**
 * What the pieces are made of. `url`: where others reach Causeway. `needsToken`: senders must prove who they are.
 * `signsGrafana`: Grafana signs what it sends. `namespace`: where Causeway runs in Kubernetes. `repositories`: those that are configured, by their
 * variable.
 */
export type ConnectFacts = {
  url: string;
  needsToken: boolean;
  signsGrafana: boolean;
  namespace: string;
  servers: readonly FoundServer[];
  repositories: Readonly<Record<string, readonly string[]>>;
  readRules: readonly ReadRule[];
  slackManifest: string;
};
