/**
 * What dumps of a cluster hold, and what is wrong with it. `counts`: objects that were read, by type, most first.
 * `problems`: strongest first; `file`: where it stands. `skipped`: what could not be read, with its file.
 */
export type ClusterReading = {
  counts: { what: string; count: number }[];
  namespaces: string[];
  problems: {
    entity: string;
    kind: string;
    strength: number;
    summary: string;
    details: Record<string, unknown>;
    file: string;
  }[];
  skipped: string[];
};
