import { parseAllDocuments } from "yaml";
import { z } from "zod";

const Labels = z.record(z.string(), z.coerce.string()).catch({});
const Port = z.union([z.number(), z.string()]).transform(String);

const EnvVar = z.looseObject({ name: z.string(), value: z.coerce.string().optional() });
const ManifestContainer = z.looseObject({
  name: z.string().default(""),
  ports: z
    .array(z.looseObject({ name: z.string().optional(), containerPort: Port, protocol: z.string().default("TCP") }))
    .catch([]),
  env: z.array(EnvVar).catch([]),
});

/** The parts of a manifest that rules read; all others are ignored. */
export const Manifest = z.looseObject({
  kind: z.string(),
  metadata: z.looseObject({ name: z.string(), namespace: z.string().optional(), labels: Labels.optional() }),
  /** Of ConfigMaps and Secrets. Never printed: it may hold passwords. */
  data: z.record(z.string(), z.unknown()).optional().catch(undefined),
  stringData: z.record(z.string(), z.unknown()).optional().catch(undefined),
  spec: z
    .looseObject({
      replicas: z.number().optional().catch(undefined),
      selector: z.looseObject({ matchLabels: Labels.optional() }).optional().catch(undefined),
      ports: z
        .array(
          z.looseObject({
            name: z.string().optional(),
            port: Port,
            targetPort: Port.optional(),
            protocol: z.string().default("TCP"),
          }),
        )
        .optional()
        .catch(undefined),
      template: z
        .looseObject({
          metadata: z.looseObject({ labels: Labels.optional() }).optional(),
          spec: z
            .looseObject({
              dnsPolicy: z.string().optional(),
              hostAliases: z
                .array(z.looseObject({ ip: z.string().default(""), hostnames: z.array(z.string()).catch([]) }))
                .catch([]),
              nodeSelector: Labels.optional(),
              containers: z.array(ManifestContainer).catch([]),
            })
            .optional(),
        })
        .optional()
        .catch(undefined),
      storageClassName: z.string().optional().catch(undefined),
      accessModes: z.array(z.string()).optional().catch(undefined),
      capacity: z.looseObject({ storage: z.coerce.string() }).optional().catch(undefined),
      resources: z
        .looseObject({ requests: z.looseObject({ storage: z.coerce.string().optional() }).optional() })
        .optional()
        .catch(undefined),
    })
    .optional()
    .catch(undefined),
});
export type Manifest = z.infer<typeof Manifest>;

/** Parses the Kubernetes objects of a YAML text. Broken documents, and documents that are no objects, are skipped. */
export function parseManifests(text: string): Manifest[] {
  return text.split(/^---(?:\s.*)?$/m).flatMap((document) =>
    (jsonValue(document) ?? yamlValues(document) ?? []).flatMap((value) => {
      const parsed = Manifest.safeParse(value);
      return parsed.success ? [parsed.data] : [];
    }),
  );
}

/** The value of a document that is JSON, which is parsed much faster than YAML; null if it is not. */
function jsonValue(document: string): unknown[] | null {
  if (!document.trimStart().startsWith("{")) return null;
  try {
    return [JSON.parse(document)];
  } catch {
    return null; // YAML may begin with a brace, too
  }
}

/** The values of the documents of a YAML text; null if one is not valid, or refers to itself too often. */
export function yamlValues(text: string): unknown[] | null {
  const documents = parseAllDocuments(text, { logLevel: "silent", prettyErrors: false, uniqueKeys: false });
  if ("empty" in documents) return [];
  if (documents.some(({ errors }) => errors.length > 0)) return null;
  try {
    return documents.map((document): unknown => document.toJS({ maxAliasCount: 50 }));
  } catch {
    return null; // an alias without its anchor, or a bomb of aliases
  }
}
