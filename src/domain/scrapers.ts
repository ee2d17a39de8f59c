/** Programs that measure others, as parts of the names of jobs, services, pods and containers. */
const MEASURING_NAMES = `
  kube-state-metrics ksm cadvisor kubelet kubelets pushgateway push-gateway blackbox metrics-server statsd telegraf
  collectd otel-collector opentelemetry-collector grafana-agent alloy vmagent yace node-problem-detector synthetic
  synthetics prober
`;
/** Matches any of the names as a part of a longer name. */
const partOfName = (names: string): RegExp => new RegExp(`(^|[-/])(${names.trim().split(/\s+/).join("|")})([-/]|$)`);
const MEASURING = partOfName(MEASURING_NAMES);
const EXPORTER = /(^|[-/])exporters?([-/]|$)/;
/** Names of scrape jobs that say where targets were found, not what they are. */
const DISCOVERY = /^(nodes?|hosts?|targets?|static|federate|docker|linux|windows|icmp|ping|snmp)$/;
const KUBERNETES_DISCOVERY =
  /^kubernetes-(pods|nodes|(nodes-)?cadvisor|service-endpoints|services|ingresses|apiservers)(-slow)?$/;

const plain = (name: string): string => name.trim().toLowerCase().replaceAll("_", "-");

/** True if the name is that of a program that measures others: kube-state-metrics, an exporter, an agent, a prober. */
export const isMeasuringProgram = (name: string): boolean => MEASURING.test(plain(name)) || EXPORTER.test(plain(name));

/** True if the name of a scrape job says where its targets were found, not what they are: `kubernetes-pods`, `node`. */
export const isDiscoveryName = (name: string): boolean =>
  DISCOVERY.test(plain(name)) || KUBERNETES_DISCOVERY.test(plain(name));

/** Ports that exporters are assigned: https://github.com/prometheus/prometheus/wiki/Default-port-allocations. */
const isExporterPort = (port: number): boolean => (port >= 9100 && port <= 9999) || port === 9182 || port === 10_250;

/** Splits `10.0.0.7:9100`, `[::1]:9100`, `redis://cart:6379` and `https://shop.example/health` into host and port. */
export function hostOf(address: string): { host: string; exporterPort: boolean } {
  const text = address.trim();
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text) && URL.canParse(text)) {
    const { hostname } = new URL(text);
    return { host: hostname.replace(/^\[|\]$/g, "") || text, exporterPort: false };
  }
  const [, host = text, port] = /^\[?([^\s/[\]]+?)\]?:(\d{1,5})(?:\/.*)?$/.exec(text) ?? [];
  return { host: host.includes("/") ? text : host, exporterPort: port !== undefined && isExporterPort(Number(port)) };
}

export const isIpAddress = (host: string): boolean =>
  /^\d{1,3}(\.\d{1,3}){3}$/.test(host) || /^[0-9a-f:]*::?[0-9a-f:]*$/i.test(host);
