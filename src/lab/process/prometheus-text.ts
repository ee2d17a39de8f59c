import { IncidentError } from "../../domain/errors.ts";

export type MetricType = "counter" | "gauge" | "histogram";
export type Sample = { name: string; labels: Readonly<Record<string, string>>; value: number };
export type ExposedFamily = { name: string; type: MetricType; help: string; samples: readonly Sample[] };
export type Exposition = { types: ReadonlyMap<string, string>; samples: Sample[] };

const SAMPLE = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})?\s+(\S+)(?:\s+-?\d+)?$/;
const LABEL = /\s*([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"\s*(?:,|$)/y;

const escape = (text: string): string => text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll('"', '\\"');
const unescape = (text: string): string =>
  text.replaceAll(/\\(.)/g, (_, after: string) => (after === "n" ? "\n" : after));
const numberText = (value: number): string => (Number.isNaN(value) ? "NaN" : String(value).replace("Infinity", "Inf"));

/** Formats metric families in the Prometheus text format 0.0.4. */
export function formatExposition(families: readonly ExposedFamily[]): string {
  return families
    .flatMap(({ name, type, help, samples }) => [
      `# HELP ${name} ${help.replaceAll("\\", "\\\\").replaceAll("\n", "\\n")}`,
      `# TYPE ${name} ${type}`,
      ...samples.map((sample) => {
        const labels = Object.entries(sample.labels).map(([label, value]) => `${label}="${escape(value)}"`);
        return `${sample.name}${labels.length > 0 ? `{${labels.join(",")}}` : ""} ${numberText(sample.value)}`;
      }),
    ])
    .map((line) => `${line}\n`)
    .join("");
}

/**
 * Parses the Prometheus text format: samples in order, and the type of each family that declares one.
 * @throws {IncidentError} BAD_RESPONSE for a line that is neither blank, a comment nor a sample; the message quotes
 *    it.
 */
export function parseExposition(text: string): Exposition {
  const types = new Map<string, string>();
  const samples: Sample[] = [];
  for (const line of text.split("\n").map((raw) => raw.trim())) {
    const [, family, type] = /^# TYPE (\S+) (\S+)$/.exec(line) ?? [];
    if (family !== undefined && type !== undefined) types.set(family, type);
    if (line !== "" && !line.startsWith("#")) samples.push(parseSample(line));
  }
  return { types, samples };
}

function parseSample(line: string): Sample {
  const [, name, labelText = "", valueText = ""] = SAMPLE.exec(line) ?? [];
  const value = Number(valueText.replace("Inf", "Infinity"));
  const labels = parseLabels(labelText);
  if (name === undefined || labels === null || (Number.isNaN(value) && valueText !== "NaN")) {
    const hint = "Is this address the /metrics page of the service?";
    throw new IncidentError("BAD_RESPONSE", `not a line of Prometheus text: "${line.slice(0, 200)}"`, { hint });
  }
  return { name, labels, value };
}

function parseLabels(text: string): Record<string, string> | null {
  const labels: Record<string, string> = {};
  LABEL.lastIndex = 0;
  for (let at = 0; at < text.length; at = LABEL.lastIndex) {
    LABEL.lastIndex = at;
    const [, name, value] = LABEL.exec(text) ?? [];
    if (name === undefined || value === undefined) return null;
    labels[name] = unescape(value);
  }
  return labels;
}
