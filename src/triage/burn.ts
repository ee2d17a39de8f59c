/** Names of labels that tell the burn rate itself. */
const RATE_LABELS = ["burn_rate", "burnrate", "burn"];
/** Names of labels that tell the long window of a multi-window alert. */
const WINDOW_LABELS = ["long_window", "long"];
/** The burn that an alert over this window fires at, of 2 % (1 h), 5 % (6 h) and 10 % (1 d, 3 d) of a month's budget. @see Google, The Site Reliability Workbook, ch. 5. */
const RATE_OF_WINDOW: Readonly<Record<string, number>> = { "1h": 14.4, "6h": 6, "1d": 3, "24h": 3, "3d": 1, "72h": 1 };

/** How many times too fast the error budget is spent, as the labels of burn-rate alerts tell; the fastest. Null where none does. */
export function burnRateOf(alerts: readonly { labels: Readonly<Record<string, string>> }[]): number | null {
  const told = alerts.flatMap(({ labels }) => [
    ...RATE_LABELS.map((name) => Number.parseFloat(labels[name] ?? "")),
    ...WINDOW_LABELS.map((name) => RATE_OF_WINDOW[labels[name] ?? ""] ?? Number.NaN),
  ]);
  const rates = told.filter((rate) => Number.isFinite(rate) && rate > 0);
  return rates.length === 0 ? null : rates.reduce((a, b) => Math.max(a, b));
}
