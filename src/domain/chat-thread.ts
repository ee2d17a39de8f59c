import { z } from "zod";
import type { Lease } from "./ports.ts";

/** A thread of a chat in which an incident is worked on. Channels, times and users are named as the chat names them. */
export const ChatThread = z.object({
  /** Equal wherever the same thing is asked again, so that it is made once. */
  id: z.string().min(1),
  incidentId: z.string(),
  title: z.string(),
  /** What it was made for, or made open again: whoever deals with that works here. */
  begunBy: z.string(),
  /** Where answers go. `threadTs`: null until the message is posted that begins the thread. */
  channel: z.string(),
  threadTs: z.string().nullable(),
  /** The message that is edited in place, and the analysis that it tells about. */
  messageTs: z.string().nullable(),
  analysisId: z.string().nullable(),
  /** Only looks on: nothing in it can be decided. */
  isShadow: z.boolean(),
  /** The verdict is shown in the channel too, not only in its thread. */
  isBroadcast: z.boolean(),
  /** The analysis of which a picture was posted. */
  picturedId: z.string().nullable(),
  status: z.enum(["open", "closed"]),
});
export type ChatThread = z.infer<typeof ChatThread>;

/** Something that a chat sent and that is not dealt with yet. `attempts`: how often somebody began. */
export type InboxItem = { key: string; body: string; attempts: number };

/** What a person noted on an incident. */
export const HumanNote = z.object({
  id: z.string().min(1),
  incidentId: z.string(),
  by: z.string(),
  text: z.string().min(1).max(4000),
  atMs: z.number(),
});
export type HumanNote = z.infer<typeof HumanNote>;

/** What is kept of chats, shared by all that serve them: what came in, the threads, and what people noted. */
export interface ChatThreadStore {
  /** Keeps what came in, held by whoever deals with it. False for what came in before: it is dealt with, or somebody does. */
  receive(item: { key: string; body: string }, held: Lease, nowMs: number): Promise<boolean>;
  /** Holds on to it. False where another took it over. */
  hold(key: string, held: Lease): Promise<boolean>;
  /** Takes over what its holders let go of, or died with, the oldest first. */
  takeOver(
    held: Lease,
    query: { nowMs: number; limit: number; hasDied: (owner: string) => boolean },
  ): Promise<InboxItem[]>;
  /** It is dealt with, or given up: only its key stays, so that it is known again. */
  finish(key: string, owner: string): Promise<void>;
  /** Forgets what was dealt with before that time. */
  forgetBefore(atMs: number): Promise<void>;

  /** Makes a thread, once. @returns the one that stands. */
  openThread(thread: ChatThread): Promise<ChatThread>;
  getThread(id: string): Promise<ChatThread | null>;
  /** Changes a thread; of several at once, each sees what the others did. Null where there is none. `change` may run again. */
  changeThread(id: string, change: (thread: ChatThread) => ChatThread): Promise<ChatThread | null>;
  findThreads(
    query:
      | { status: ChatThread["status"] }
      | { incidentId: string }
      | { channel: string; threadTs: string }
      | { channel: string; messageTs: string },
  ): Promise<ChatThread[]>;

  /** Once for an id. */
  addNote(note: HumanNote): Promise<void>;
  /** The oldest first. */
  notesOf(incidentId: string): Promise<HumanNote[]>;
}
