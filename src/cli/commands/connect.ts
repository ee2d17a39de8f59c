import { type Command, InvalidArgumentError } from "commander";
import { CONNECT_PIECES, type ConnectPiece, connectPiece, connectText } from "../../app/connect.ts";
import { addressVariables, connectFacts } from "../../compose/connect.ts";
import { loadConfig } from "../../config.ts";
import { manifest } from "../../slack/manifest.ts";
import { type Io, print } from "../io.ts";

type ConnectFlags = { url?: string; namespace: string; scan?: true; scanCluster?: true | string };

const NAME = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;

function namespaceOf(text: string): string {
  if (!NAME.test(text)) throw new InvalidArgumentError("A namespace has lower-case letters, digits and dashes.");
  return text;
}

function addressOf(text: string): string {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol) || url.username !== "" || /["\\\s]/.test(text))
    throw new InvalidArgumentError("Give an address such as https://causeway.example.com.");
  return text;
}

const isPiece = (text: string): text is ConnectPiece => CONNECT_PIECES.some((piece) => piece === text);

/** `connect`: prints what to paste into other programs, so that they reach Causeway and Causeway reaches them. */
export function defineConnect(connect: Command, io: Io): void {
  connect
    .argument("[pieces...]", `what to print: ${CONNECT_PIECES.join(", ")}; default: all`, collectPiece)
    .option("--url <address>", "the address at which others reach Causeway; default: that of `serve`", addressOf)
    .option("--namespace <name>", "the Kubernetes namespace in which Causeway runs", namespaceOf, "causeway")
    .option("--scan", "look for servers on the usual ports of this machine")
    .option("--scan-cluster [namespace]", "look for the usual services of this Kubernetes namespace (monitoring)")
    .action(async (pieces: ConnectPiece[], { url, namespace, scan, scanCluster }: ConnectFlags) => {
      const config = loadConfig({}, io.env);
      const { slack } = config;
      const uses = { channels: slack?.channels ?? [], approvers: slack?.approvers ?? [], pictures: true };
      const request = {
        url: url ?? null,
        namespace,
        scan: [...(scan ? (["local"] as const) : []), ...(scanCluster === undefined ? [] : (["cluster"] as const))],
        monitoringNamespace: typeof scanCluster === "string" ? namespaceOf(scanCluster) : "monitoring",
        slackManifest: JSON.stringify(manifest({ requestUrl: null, privateChannels: false, uses }), null, 2),
      };
      const facts = await connectFacts(config, io.env, request, io.signal);
      const [only] = pieces;
      const wanted = pieces.length === 0 ? CONNECT_PIECES : pieces;
      const text =
        only !== undefined && pieces.length === 1
          ? connectPiece(only, facts, addressVariables())
          : connectText(wanted, facts, addressVariables());
      print(io, text.trimEnd());
    });
}

function collectPiece(value: string, earlier: readonly ConnectPiece[] = []): ConnectPiece[] {
  if (!isPiece(value)) throw new InvalidArgumentError(`Choose ${CONNECT_PIECES.join(", ")}.`);
  return [...earlier, value];
}
