import { signalWords } from "../../domain/signals.ts";

/** Words of certificates in metrics of blackbox_exporter, cert-manager, kubelet, x509-certificate-exporter. */
const CERTIFICATE = new Set("cert certificate certs certificates x509 ssl tls".split(" "));
const END = new Set("expiry expiration expires expire after ttl expired".split(" "));
/** A larger figure is a time in Unix seconds; a smaller one is what is left. */
const UNIX_SINCE_2001 = 1e9;
/** No certificate of a server lives as long, so that a larger figure means something else. */
const LONGEST_LEFT_S = 40 * 366 * 86_400;

/**
 * When the certificate behind a metric expires, from its last sample: metrics hold the time itself, or what is left.
 *
 * @param atMs time of the sample, Unix milliseconds. @returns Unix milliseconds; null if the metric is about something else.
 */
export function certificateEnd(metric: string, value: number, atMs: number): number | null {
  const words = signalWords(metric);
  if (!words.some((word) => CERTIFICATE.has(word)) || !words.some((word) => END.has(word))) return null;
  if (value >= UNIX_SINCE_2001) return value >= 1e12 ? value : value * 1000;
  if (words.includes("days")) return atMs + value * 86_400_000;
  if (!words.includes("seconds") && !words.includes("ttl")) return null;
  return Math.abs(value) <= LONGEST_LEFT_S ? atMs + value * 1000 : null;
}
