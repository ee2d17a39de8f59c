import {
  type FoundIncident,
  type FoundIncidents,
  type IncidentHead,
  type IncidentSearch,
  searchWords,
  wordsOfHead,
} from "../domain/incident-search.ts";
import type { IncidentStore } from "../domain/ports.ts";
import type { KnownIncident } from "../domain/service.ts";
import type { ServiceStore } from "../domain/service-store.ts";
import { asKnown } from "./incident-pages.ts";

type Rows = Pick<FoundIncident, "incident" | "head">[];
type Store = Pick<ServiceStore, "searchIncidents" | "headsOf" | "newestAnalyses" | "knownIncidents">;

/** Searches the store first, then the data folders; an id that both have counts as the store's. */
export async function searchIncidents(
  store: Store,
  recorded: Pick<IncidentStore, "listIncidents">,
  { text, group, limit, offset }: IncidentSearch,
): Promise<FoundIncidents> {
  const stored =
    group === "recorded"
      ? { items: [], count: 0 }
      : await store.searchIncidents({ text, status: group, limit, offset });
  const others = group === null || group === "recorded" ? await searchRecorded(store, recorded, text) : [];
  const from = Math.max(0, offset - stored.count);
  const rows: Rows = [...stored.items, ...others.slice(from, from + limit - stored.items.length)];
  const ids = rows.map(({ incident }) => incident.id);
  const [analyses, heads] = await Promise.all([store.newestAnalyses(ids), store.headsOf(ids)]);
  return {
    count: stored.count + others.length,
    items: rows.map(({ incident, head }) => ({
      incident,
      head: head ?? heads.get(incident.id) ?? null,
      analysis: analyses.get(incident.id) ?? null,
    })),
  };
}

/** The recorded incidents that match, by id. Heads are read only if there is a text to find in them. */
async function searchRecorded(
  store: Store,
  recorded: Pick<IncidentStore, "listIncidents">,
  text: string | null,
): Promise<Rows> {
  const listed = await recorded.listIncidents();
  const stored = await store.knownIncidents(listed.map(({ id }) => id));
  const known = listed.filter(({ id }) => !stored.has(id)).map(asKnown);
  const words = searchWords(text);
  if (words.length === 0) return known.map((incident) => ({ incident, head: null }));
  const heads = await store.headsOf(known.map(({ id }) => id));
  return known
    .map((incident) => ({ incident, head: heads.get(incident.id) ?? null }))
    .filter((row) => words.every((word) => haystackOf(row).includes(word)));
}

const haystackOf = ({ incident, head }: { incident: KnownIncident; head: IncidentHead | null }): string =>
  `${incident.id} ${incident.title} ${incident.system ?? ""} ${head === null ? "" : wordsOfHead(head)}`.toLowerCase();
