import { changesPiece } from "./connect/change-servers.ts";
import type { ConnectFacts } from "./connect/facts.ts";
import { networkPolicyPiece, rbacPiece } from "./connect/kubernetes.ts";
import { alertmanagerPiece, grafanaPiece, otlpPiece } from "./connect/senders.ts";
import { environmentPiece } from "./connect/servers.ts";

/** The pieces that `causeway connect` prints. */
export const CONNECT_PIECES = [
  "environment",
  "alertmanager",
  "grafana",
  "otlp",
  "changes",
  "slack",
  "rbac",
  "network-policy",
] as const;
export type ConnectPiece = (typeof CONNECT_PIECES)[number];

const TITLES: Readonly<Record<ConnectPiece, string>> = {
  environment: "Environment of Causeway",
  alertmanager: "Alertmanager: receiver",
  grafana: "Grafana Alerting: contact point",
  otlp: "OpenTelemetry collector: exporter",
  changes: "Changes: GitHub, GitLab, Argo CD",
  slack: "Slack: app manifest",
  rbac: "Kubernetes: read-only permissions",
  "network-policy": "Kubernetes: network policy",
};

/** One piece, ready to paste. `reads`: the variables with addresses that Causeway reads. */
export function connectPiece(piece: ConnectPiece, facts: ConnectFacts, reads: ReadonlySet<string>): string {
  switch (piece) {
    case "environment":
      return environmentPiece(facts.servers, reads);
    case "alertmanager":
      return alertmanagerPiece(facts);
    case "grafana":
      return grafanaPiece(facts);
    case "otlp":
      return otlpPiece(facts);
    case "changes":
      return changesPiece(facts);
    case "slack":
      return `${facts.slackManifest}\n`;
    case "rbac":
      return rbacPiece(facts);
    case "network-policy":
      return networkPolicyPiece(facts);
  }
}

/** Several pieces, each below its title. */
export const connectText = (pieces: readonly ConnectPiece[], facts: ConnectFacts, reads: ReadonlySet<string>): string =>
  pieces.map((piece) => `#### ${TITLES[piece]}\n${connectPiece(piece, facts, reads)}`).join("\n");
