import type { ModelContext, ModelReply } from "./chat-model.ts";
import type { ModelCall } from "./model-call.ts";
import type { ModelJudgement } from "./model-verdict.ts";

/** What a cap counts. `calls`: requests to a server. `tokens`: input and output. */
export const CAP_UNITS = ["calls", "tokens", "usd"] as const;
export type CapUnit = (typeof CAP_UNITS)[number];
export type ModelAmount = Readonly<Record<CapUnit, number>>;

/** What a cap is for: one analysis, all analyses of one incident, or one day in UTC. */
export const CAP_SCOPES = ["analysis", "incident", "day"] as const;
export type CapScope = (typeof CAP_SCOPES)[number];
/** Null: no cap. */
export type ModelCaps = Readonly<Record<CapScope, Readonly<Record<CapUnit, number | null>>>>;

/** `used`: settled, and reserved by calls that run now. */
export type CapUse = { scope: CapScope; unit: CapUnit; limit: number; used: number };

/** A cap that is used to this share is reported. */
const NEAR = 0.8;
export const isNear = ({ used, limit }: CapUse): boolean => used >= NEAR * limit;

/** A call that is about to be made. After `untilMs` it counts no more unless it was settled: its process died. */
export type ModelReservation = {
  id: string;
  context: ModelContext;
  atMs: number;
  untilMs: number;
  amount: ModelAmount;
};

/** `refusedBy`: the cap that has no room for the call; null if it was reserved. `near`: caps used to 80 % or more. */
export type Reserved = { refusedBy: CapUse | null; near: CapUse[] };

/** Times are inclusive, Unix milliseconds; null and absent: any. */
export type ModelCallFilter = {
  sinceMs?: number | null;
  untilMs?: number | null;
  analysisId?: string | null;
};
/** The last call of a page. The next page begins after it. */
export type ModelCallCursor = Pick<ModelCall, "atMs" | "id">;

/**
 * A stored reply. `frame`: hash of all but the wording of the question, for the semantic cache; null outside of it.
 * `vector`: of the question.
 */
export type KeptReply = {
  key: string;
  atMs: number;
  reply: ModelReply;
  frame: string | null;
  vector: readonly number[] | null;
};
export type ReplyLimits = { maxAgeMs: number; maxBytes: number };

/**
 * What is kept about models: the ledger, the amounts that caps count, and replies. All processes of one installation
 * share it.
 *
 * @throws {IncidentError} UNAVAILABLE or CONFIG from every method when the database cannot be used.
 */
export interface ModelStore {
  /** Adds a call, or replaces the one with its id. It is on disk when this returns. */
  putCall(call: ModelCall): Promise<void>;
  /** @returns false if there is no such call. */
  judgeCall(callId: string, judgement: ModelJudgement): Promise<boolean>;
  /** Oldest first, at most `limit`. */
  listCalls(filter: ModelCallFilter, page: { after: ModelCallCursor | null; limit: number }): Promise<ModelCall[]>;

  /** Reserves all of `amount` or nothing. Of several processes that reserve at once, no two get the same room. */
  reserve(reservation: ModelReservation, caps: ModelCaps): Promise<Reserved>;
  /** Replaces what was reserved by what was used. */
  settle(reservationId: string, amount: ModelAmount): Promise<void>;
  /** All caps that apply, used or not. */
  capUses(context: ModelContext, caps: ModelCaps, nowMs: number): Promise<CapUse[]>;

  /** Null if there is none that was stored at `sinceMs` or later. */
  findReply(key: string, sinceMs: number): Promise<ModelReply | null>;
  /** Replies of this frame, stored at `sinceMs` or later, the newest first. */
  findFrame(frame: string, sinceMs: number): Promise<KeptReply[]>;
  /** Stores a reply, then deletes those that are too old, and the oldest of too many bytes. */
  keepReply(kept: KeptReply, limits: ReplyLimits): Promise<void>;

  /** Deletes replies. A key without a reply is ignored. */
  dropReplies(keys: readonly string[]): Promise<void>;

  /** Deletes calls and amounts from before this time. */
  forgetCalls(beforeMs: number): Promise<void>;
}
