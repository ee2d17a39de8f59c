import { pageBase } from "../link.ts";

/** VictoriaLogs' own page. @see https://docs.victoriametrics.com/victorialogs/querying/#web-ui */
export const vmuiPage = (url: string): string =>
  `${pageBase(url)}/select/vmui/#/?query={query}&g0.range_input={seconds}s&g0.end_input={toIso}&g0.relative_time=none`;

/**
 * Discover of Kibana, or of OpenSearch Dashboards, which reads the query from `_q` too. It opens with the data view
 * that it showed last.
 *
 * @see https://www.elastic.co/docs/explore-analyze/discover, and "rison" for the notation of its state
 */
export const discoverPage = (url: string): string => {
  const query = `(query:(language:kuery,query:'{queryRison}'))`;
  return `${pageBase(url)}/app/discover#/?_g=(time:(from:'{fromIso}',to:'{toIso}'))&_a=${query}&_q=${query}`;
};
