import type { EntityLabel } from "../../domain/measured-entity.ts";
import { workloadOfPod } from "../../domain/pod-names.ts";
import type { LogWriter } from "../logservers/writer-of-labels.ts";
import type { JournalFields } from "./export-entries.ts";

/** Units of sessions, of users, of slices, and of containers by their id: no service has such a name. */
const NO_SERVICE =
  /^(?:session-[^.]+\.scope|user@\d+\.service|init\.scope|.*\.slice|(?:docker|crio|crio-conmon|libpod|libpod-conmon|cri-containerd)-[0-9a-f]{12,}\.scope)$/;
/** Their entries are those of the containers that they run. */
const RUNTIMES = new Set(["docker", "containerd", "podman", "crio", "kubelet"]);
const UNIT = /^(.+)\.(?:service|socket|timer|scope|mount|path|target)$/;
/** Docker names the containers of Kubernetes `k8s_<container>_<pod>_<namespace>_<uid>_<attempt>`. */
const OF_KUBERNETES = /^k8s_([^_]+)_([^_]+)_[^_]+_/;

/** The service of a unit: `cart@2.service` is an instance of `cart`. Null if the unit is of no service. */
export function serviceOfUnit(unit: string): string | null {
  if (NO_SERVICE.test(unit)) return null;
  const plain = unit.replaceAll(/\\x([0-9a-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  const name = UNIT.exec(plain)?.[1] ?? plain;
  return name.replace(/@[^@]*$/, "") || null;
}

/** A container, by the name that its runtime logs. Docker Compose numbers them: `shop-cart-1`. */
function writerOfContainer(container: string): LogWriter {
  const [, , pod] = OF_KUBERNETES.exec(container) ?? [];
  if (pod !== undefined) return { service: workloadOfPod(pod) ?? pod, pod };
  return { service: container.replace(/[-_]\d{1,4}$/, ""), pod: null };
}

const nothing: LogWriter = { service: null, pod: null };

/**
 * The fields of the journal that name who wrote an entry, the first that does so decides. What the kernel logs is of
 * its node.
 */
const WRITERS: readonly [field: string, writer: (value: string) => LogWriter][] = [
  ["CONTAINER_NAME", writerOfContainer],
  ["_SYSTEMD_USER_UNIT", (unit) => ({ service: serviceOfUnit(unit), pod: null })],
  ["_SYSTEMD_UNIT", (unit) => ({ service: serviceOfUnit(unit), pod: null })],
  ["SYSLOG_IDENTIFIER", (name) => ({ service: name === "kernel" ? null : name, pod: null })],
  ["_HOSTNAME", (node) => ({ service: node, pod: null })],
];

/** Fields that may name entities, the configured ones first. */
export const writerFields = (configured: readonly EntityLabel[]): string[] => [
  ...new Set([...configured.map(({ label }) => label), ...WRITERS.map(([field]) => field)]),
];

/** The writer that one field names. */
export function writerOfField(field: string, value: string, configured: readonly EntityLabel[]): LogWriter {
  if (value === "") return nothing;
  const own = configured.find(({ label }) => label === field);
  if (own !== undefined)
    return own.kind === "pod" ? { service: workloadOfPod(value) ?? value, pod: value } : { service: value, pod: null };
  return WRITERS.find(([name]) => name === field)?.[1](value) ?? nothing;
}

export function writerOfEntry(fields: JournalFields, configured: readonly EntityLabel[]): LogWriter {
  let runtime: LogWriter | null = null;
  for (const field of writerFields(configured)) {
    const writer = writerOfField(field, fields[field] ?? "", configured);
    if (writer.service === null) continue;
    // a container's entry that has no name of it is better described by its identifier
    if (field !== "_SYSTEMD_UNIT" || !RUNTIMES.has(writer.service)) return writer;
    runtime = writer;
  }
  return runtime ?? nothing;
}
