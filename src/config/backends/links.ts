import { z } from "zod";
import { PAGE_PLACEHOLDERS, type PageTemplates, templateParts } from "../../connectors/link.ts";
import { exploreTemplates } from "../../connectors/grafana/explore.ts";
import { IncidentError } from "../../domain/errors.ts";

/** Parameters that hold a credential. Links are shown in reports and chats. */
const CREDENTIAL = /token|secret|passw|signature|credential|api[-_]?key|^auth$|^sig$/i;
/** A whole host, before anything that a query decides. */
const HOST = /^https?:\/\/[^/?#{}@\\\s]+[/?#]/i;
const UNKNOWN = /\{([A-Za-z_]+)\}/g;

/** Why a template of a link is refused; null if it is fine. */
function whyRefused(template: string): string | null {
  const { names, probe, before } = templateParts(template);
  const url = URL.parse(probe);
  if (names.length === 0) return `has none of {${PAGE_PLACEHOLDERS.join("}, {")}} in it`;
  if (url === null || !HOST.test(before)) return "is no http(s) address with a fixed host and without user info";
  const [, unknown] = [...probe.matchAll(UNKNOWN)][0] ?? [];
  if (unknown !== undefined) return `names {${unknown}}; known are {${PAGE_PLACEHOLDERS.join("}, {")}}`;
  const secret = [...url.searchParams.keys()].find((name) => CREDENTIAL.test(name));
  return secret === undefined
    ? null
    : `holds the parameter ${secret}; links are shown in reports, so no secret belongs there`;
}

/** An address with placeholders, such as `https://logs.example.com/?q={query}&from={from}&to={to}`. */
const LinkTemplate = z
  .string()
  .max(4_000)
  .superRefine((template, context) => {
    const why = whyRefused(template);
    if (why !== null) context.addIssue({ code: "custom", message: why });
  });

/** `query`: the page that shows a query. `trace`: the page that shows a trace. */
export const PagesFile = z.strictObject({ query: LinkTemplate.optional(), trace: LinkTemplate.optional() });
export const GrafanaUid = z.string().regex(/^[A-Za-z0-9_-]{1,100}$/, "is not the uid of a data source in Grafana");
/** `grafana`: uid of the data source in Grafana that reads the same server, so that links lead to Grafana's Explore. */
const LinksFile = PagesFile.extend({
  grafana: GrafanaUid.optional(),
});

/** `links`: where evidence of a source is opened. */
export const LINK_KEYS = { links: LinksFile.optional() } as const;
/** `link`: short for `links.query`. */
export const SHORT_LINK_KEYS = { link: LinkTemplate.optional() } as const;

export const readPages = (links: z.infer<typeof PagesFile> = {}, link?: string): PageTemplates => ({
  query: links.query ?? link ?? null,
  trace: links.trace ?? null,
});

type Linked = { kind: string; url: string; pages: PageTemplates; grafanaUid: string | null };

/**
 * The pages of a source whose data source in Grafana is named: those of Explore, except where a template is given.
 *
 * @param grafana address of Grafana; null if none is configured.
 * @throws {IncidentError} CONFIG if a data source is named, but no Grafana.
 */
export function withExplore<S extends Linked>(source: S, grafana: string | null, place: string): S {
  const { grafanaUid: uid, kind, pages } = source;
  if (uid === null) return source;
  if (grafana === null)
    throw new IncidentError(
      "CONFIG",
      `${place} names the data source ${uid} of Grafana, but no Grafana is configured`,
      {
        hint: "Set GRAFANA_URL, or add a source of the kind grafana.",
      },
    );
  const explore = exploreTemplates(grafana, { uid, kind });
  return { ...source, pages: { query: pages.query ?? explore.query, trace: pages.trace ?? explore.trace } };
}
