import type { Span } from "../../domain/telemetry.ts";
import { firstOf, nameOf, type OtlpAttributes } from "./values.ts";

type Peer = { id: string; kind: NonNullable<Span["peerKind"]> };

const IP = /^\[?(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f:]*:[0-9a-f:]+)\]?$/i;
const LOCAL = /^(?:localhost|127\.\d+\.\d+\.\d+|::1|0\.0\.0\.0)$/i;
/** A host of the cluster's own DNS: `<service>.<namespace>.svc`. */
const IN_CLUSTER = /^([^.]+)\.([^.]+)\.svc(?:\..*)?$/;

/**
 * What a client span called. `peer.service` is the name that a person gave. A database is named by its host, or by its
 * product where the host is this machine or an address. An address alone names nothing.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/, in the stable form and in the one before
 */
export function peerOf(attributes: OtlpAttributes): Peer | null {
  const database = firstOf(attributes, ["db.system.name", "db.system"]);
  const queue = firstOf(attributes, ["messaging.system"]);
  const kind = database !== null ? "database" : queue !== null ? "queue" : null;
  const service = firstOf(attributes, ["peer.service", "service.peer.name"]);
  if (service !== null) return { id: nameOf(service), kind: kind ?? "service" };
  const host = hostOf(attributes);
  if (kind !== null) {
    const name = host ?? database ?? queue;
    return name === null ? null : { id: nameOf(name), kind };
  }
  if (host !== null) return { id: host, kind: isOutside(host) ? "external" : "service" };
  const called = firstOf(attributes, ["rpc.service"]);
  return called === null ? null : { id: nameOf(lastPart(called)), kind: "service" };
}

/** The host that was called, as the system names it. Null for an address, and for this machine. */
function hostOf(attributes: OtlpAttributes): string | null {
  const given =
    firstOf(attributes, ["server.address", "net.peer.name", "http.host"]) ??
    hostOfUrl(firstOf(attributes, ["url.full", "http.url"]));
  const host = given === null ? null : nameOf(given).replace(/:\d+$/, "");
  if (host === null || host === "" || IP.test(host) || LOCAL.test(host)) return null;
  return IN_CLUSTER.exec(host)?.[1] ?? host;
}

const hostOfUrl = (url: string | null): string | null => (url === null ? null : (URL.parse(url)?.hostname ?? null));

/** A name with a public domain belongs to somebody else; a bare name is a neighbour. */
const isOutside = (host: string): boolean => host.split(".").length > 2;

/** `shop.v1.CartService` → `CartService` */
const lastPart = (name: string): string => name.slice(name.lastIndexOf(".") + 1);
