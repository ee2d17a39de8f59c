import type { AlertDelivery, AlertEvent } from "../../domain/alert-event.ts";
import { IncidentError } from "../../domain/errors.ts";
import type { CompiledMapping } from "./custom-mapping.ts";
import { type DotPath, textOf, valueAt } from "./dot-path.ts";
import { boundedLabels, entityOf, printOf, severityOf, severityWord, webLinks } from "./label-words.ts";
import { MAX_ALERTS, short } from "./read-payload.ts";
import { timeMs } from "./times.ts";

const refused = (source: string, why: string): IncidentError =>
  new IncidentError("BAD_INPUT", `the payload does not fit the mapping of ${source}: ${why}`, {
    hint: `Compare the payload with webhooks.${source.replace("/", ".")} in config.yaml.`,
  });

/** The plain values of the object at the labels' path. */
function labelsOf(item: unknown, path: DotPath | null): Record<string, string> {
  const labels = path === null ? undefined : valueAt(item, path);
  if (typeof labels !== "object" || labels === null || Array.isArray(labels)) return {};
  return boundedLabels(
    Object.fromEntries(
      Object.entries(labels).flatMap(([name, value]) =>
        [textOf(value)].flatMap((text) => (text === null ? [] : [[name, text] as const])),
      ),
    ),
  );
}

/** One alert without a name must not lose the others. */
const NAMELESS = "alert without a name";

function toAlertEvent(source: string, mapping: CompiledMapping, item: unknown, receivedAtMs: number): AlertEvent {
  const { read, severities, resolved, acknowledged } = mapping;
  const name = short(read.name?.(item) ?? NAMELESS, 200);
  const labels = labelsOf(item, mapping.labels);
  const entity = short(read.entity?.(item) ?? entityOf(labels) ?? name, 200);
  const status = (read.status?.(item) ?? "").toLowerCase();
  const severity = read.severity?.(item) ?? "";
  const isResolved = resolved.has(status);
  const startsAtMs = timeMs(read.starts_at?.(item)) ?? receivedAtMs;
  return {
    fingerprint: short(
      `${source}:${read.fingerprint?.(item) ?? printOf({ ...labels, __name: name, __entity: entity })}`,
      300,
    ),
    status: isResolved ? "resolved" : acknowledged.has(status) ? "acknowledged" : "firing",
    severity: severities.get(severity.toLowerCase()) ?? severityWord(severity) ?? severityOf(labels),
    entity,
    name,
    summary: short(read.summary?.(item) ?? name, 2_000),
    startsAtMs,
    endsAtMs: isResolved ? Math.max(timeMs(read.ends_at?.(item)) ?? receivedAtMs, startsAtMs) : null,
    labels,
    ...webLinks({ source: read.link?.(item), runbook: read.runbook?.(item) }),
  };
}

/**
 * Reads the payload of any sender by its mapping.
 *
 * @throws {IncidentError} BAD_INPUT when the mapping finds no alerts.
 */
export function readCustom(
  name: string,
  mapping: CompiledMapping,
  payload: unknown,
  receivedAtMs: number,
): AlertDelivery {
  const source = `custom/${name}`;
  const found = mapping.items === null ? payload : valueAt(payload, mapping.items);
  if (mapping.items !== null && !Array.isArray(found)) throw refused(source, "`items` does not point to a list");
  const items: readonly unknown[] = Array.isArray(found) ? found : [found];
  if (items.length > MAX_ALERTS)
    throw refused(source, `it has ${items.length} alerts; at most ${MAX_ALERTS} are accepted`);
  if (items.length > 0 && items.every((item) => (mapping.read.name?.(item) ?? null) === null))
    throw refused(source, "no item has a value at `fields.name`");
  const group = mapping.group === null ? null : textOf(valueAt(payload, mapping.group));
  return {
    source,
    groupKey: group === null ? null : short(`${source}:${group}`, 10_000),
    alerts: items.map((item) => toAlertEvent(source, mapping, item, receivedAtMs)),
    truncatedAlerts: 0,
  };
}
