import type { RequestListener } from "node:http";
import { NO_PAGES } from "../../../src/connectors/link.ts";
import { openBackend } from "../../../src/connectors/backend.ts";
import { prometheusMetrics, type PrometheusOptions } from "../../../src/connectors/prometheus/metric-source.ts";

/** A source over a server, with the limits of one analysis. */
export const sourceAt = (
  url: string,
  { timeoutMs = 60_000, token, ...options }: Partial<PrometheusOptions> & { timeoutMs?: number; token?: string } = {},
) =>
  prometheusMetrics(
    openBackend(
      {
        url,
        label: "Prometheus",
        settings: { address: "PROMETHEUS_URL", credentials: "PROMETHEUS_TOKEN" },
        auth: token === undefined ? { kind: "none" } : { kind: "bearer", token },
        headers: options.tenant == null ? {} : { "X-Scope-OrgID": options.tenant },
        timeouts: { totalMs: timeoutMs },
      },
      { queries: 200, bytes: 2 ** 29, ms: 600_000, concurrency: 4 },
    ).forAnalysis(),
    { name: "prometheus", url, tenant: null, labels: [], pages: NO_PAGES, ...options },
  );

/** What a small server answers, by the last part of the path; `query` by the text of its query. */
export type Replies = {
  names: readonly string[];
  labels: readonly string[];
  series: readonly Record<string, unknown>[];
  query: (text: string, timeSecond: number) => unknown;
};

/** A server with Prometheus's API whose answers a test makes up. */
export const answering =
  ({ names, labels, series, query }: Replies): RequestListener =>
  (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://server");
    const [data, status, more] = ((): [unknown, number?, object?] => {
      if (pathname.endsWith("/__name__/values")) return [names];
      if (pathname.endsWith("/labels")) return [labels];
      if (pathname.endsWith("/series")) return [series];
      if (pathname.endsWith("/metadata")) return [{}];
      if ((searchParams.get("query") ?? "").startsWith("count(")) return [vectorOf(series.length)];
      const answer = query(searchParams.get("query") ?? "", Number(searchParams.get("time")));
      if (answer instanceof Refusal) return [answer.message, answer.status];
      return answer instanceof Warned ? [answer.data, 200, { warnings: [answer.warning] }] : [answer];
    })();
    response.writeHead(status ?? 200, { "content-type": "application/json" });
    response.end(
      (status ?? 200) === 200
        ? JSON.stringify({ status: "success", data, ...more })
        : JSON.stringify({ status: "error", errorType: "execution", error: data }),
    );
  };

const vectorOf = (value: number): object => ({
  resultType: "vector",
  result: [{ metric: {}, value: [0, String(value)] }],
});

export class Refusal {
  readonly status: number;
  readonly message: string;
  constructor(status: number, message: string) {
    this.status = status;
    this.message = message;
  }
}
export class Warned {
  readonly data: unknown;
  readonly warning: string;
  constructor(data: unknown, warning: string) {
    this.data = data;
    this.warning = warning;
  }
}

export const matrix = (...result: readonly { metric: object; values: unknown[] }[]): object => ({
  resultType: "matrix",
  result,
});
