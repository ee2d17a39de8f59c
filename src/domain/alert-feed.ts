import type { AlertEvent } from "./alert-event.ts";

/** What fires at one moment. `silenced`, `inhibited`: alerts that fire too, but that people or rules keep quiet. */
export type FiringAlerts = {
  alerts: AlertEvent[];
  /** Fingerprints of all alerts that the server has, the quiet ones included. */
  known: ReadonlySet<string>;
  silenced: number;
  inhibited: number;
  /** Alerts beyond the most that one pull takes. */
  leftOut: number;
};

/** A server that knows which alerts fire. */
export type AlertFeed = {
  /** As reports name it. */
  readonly name: string;
  /** The sender of its alerts, as deliveries name it. */
  readonly source: string;
  /**
   * @param filters in addition to those of its settings, in the server's own language.
   * @throws {IncidentError} if it cannot be asked.
   */
  pull(filters: readonly string[], options?: { signal?: AbortSignal | undefined }): Promise<FiringAlerts>;
  /**
   * The labels of all alerts that it has now, by fingerprint: none left out, none shortened. Absent where alerts cannot
   * be silenced.
   *
   * @throws {IncidentError} as `pull`.
   */
  exactLabels?(options?: {
    signal?: AbortSignal | undefined;
  }): Promise<ReadonlyMap<string, Readonly<Record<string, string>>>>;
};
