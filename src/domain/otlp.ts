import type { TelemetrySignal } from "./query.ts";
import type { TimeWindow } from "./time.ts";

/** The signals of the OpenTelemetry protocol (OTLP) that Causeway takes. */
export const OTLP_SIGNALS = ["log", "metric", "trace"] as const satisfies readonly TelemetrySignal[];
export type OtlpSignal = (typeof OTLP_SIGNALS)[number];

/**
 * One export request of a sender, unpacked. `isJson`: JSON; otherwise protobuf. `sender`: the name of its key. Unix
 * milliseconds.
 */
export type OtlpRequest = {
  signal: OtlpSignal;
  isJson: boolean;
  body: Uint8Array;
  sender: string;
  receivedAtMs: number;
};

/** Number of records that were stored and refused. `why`: the reasons of the refusals; empty if there were none. */
export type OtlpResult = { accepted: number; rejected: number; why: string };

/**
 * Takes export requests of OTLP senders.
 *
 * @see https://opentelemetry.io/docs/specs/otlp/#otlphttp
 */
export interface OtlpReceiver {
  /**
   * Stores the records before it returns. Invalid records are refused, the others are stored. A request that was
   * received before is not stored twice.
   *
   * @throws {IncidentError} BAD_INPUT if the body cannot be decoded; REJECTED if it takes too much to read; UNAVAILABLE
   *   if it cannot be stored now.
   */
  receive(request: OtlpRequest): Promise<OtlpResult>;
  /** The body of the answer to a request that was stored, wholly or in part. */
  answer(result: OtlpResult, request: Pick<OtlpRequest, "signal" | "isJson">): Promise<Uint8Array>;
  /** The body of a refusal with this HTTP status: a `google.rpc.Status`. */
  refusal(refused: { message: string; status: number }, request: Pick<OtlpRequest, "isJson">): Promise<Uint8Array>;
  close(): Promise<void>;
}

/**
 * A block of received records of one signal. `range`: from its first to its last record. `entities`: all entities
 * that its records are about; null if they are too many. `body`: one JSON object for each record, a line each.
 */
export type OtlpBlock = {
  signal: OtlpSignal;
  sender: string;
  receivedAtMs: number;
  range: TimeWindow;
  records: number;
  entities: readonly (readonly [id: string, kind: string])[] | null;
  /** Hash of the request, by which a repeat is recognised. */
  requestSha256: string;
  body: Uint8Array;
};
export type StoredOtlpBlock = Omit<OtlpBlock, "body" | "requestSha256"> & { id: string };

/** The received records of the recent past. Old blocks make way for new ones. */
export interface OtlpStore {
  /** @returns false if a block of the same request is stored. @throws {IncidentError} UNAVAILABLE, CONFIG */
  add(block: OtlpBlock): Promise<boolean>;
  /** The blocks of a signal that touch a range, by their start; null: all blocks. */
  list(signal: OtlpSignal, range: TimeWindow | null): Promise<StoredOtlpBlock[]>;
  /** @returns null if the block was deleted since it was listed. */
  read(id: string): Promise<Uint8Array | null>;
  /** From the first to the last record of a signal. Null if there is none. */
  extent(signal: OtlpSignal): Promise<TimeWindow | null>;
  close(): Promise<void>;
}
