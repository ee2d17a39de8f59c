import { z } from "zod";
import type { Lease } from "./ports.ts";

/** A chat thread in which one incident is discussed. Channels, times and users have the chat's own names. */
export const ChatThread = z.object({
  /** The same for every request about the same thing, so that only one thread is made. */
  id: z.string().min(1),
  incidentId: z.string(),
  title: z.string(),
  /** The message for which the thread was made or reopened. The handler of that message works here. */
  begunBy: z.string(),
  /** The place for answers. `threadTs`: null until the first message of the thread is posted. */
  channel: z.string(),
  threadTs: z.string().nullable(),
  /** The message that is edited in place, and the analysis that it shows. */
  messageTs: z.string().nullable(),
  analysisId: z.string().nullable(),
  /** Shadow mode: nothing can be decided in this thread. */
  isShadow: z.boolean(),
  /** The verdict is posted to the channel too, not only to its thread. */
  isBroadcast: z.boolean(),
  /** The analysis whose picture was posted. */
  picturedId: z.string().nullable(),
  status: z.enum(["open", "closed"]),
});
export type ChatThread = z.infer<typeof ChatThread>;

/** Something that a chat sent and that has not been handled yet. `attempts`: how often handling has started. */
export type InboxItem = { key: string; body: string; attempts: number };

/** A note that a person made on an incident. */
export const HumanNote = z.object({
  id: z.string().min(1),
  incidentId: z.string(),
  by: z.string(),
  text: z.string().min(1).max(4000),
  atMs: z.number(),
});
export type HumanNote = z.infer<typeof HumanNote>;

/** Stored data of chats, shared by all processes that serve them: the inbox, the threads, and people's notes. */
export interface ChatThreadStore {
  /** Stores an item, held by its handler. @returns false if it came before; it is then handled, or being handled. */
  receive(item: { key: string; body: string }, held: Lease, nowMs: number): Promise<boolean>;
  /** Extends the hold. @returns false if another process took the item over. */
  hold(key: string, held: Lease): Promise<boolean>;
  /** Takes over items whose holder let them go or died, oldest first. */
  takeOver(
    held: Lease,
    query: { nowMs: number; limit: number; hasDied: (owner: string) => boolean },
  ): Promise<InboxItem[]>;
  /** Marks an item as handled or given up. Only its key stays, so that it is recognised if it comes again. */
  finish(key: string, owner: string): Promise<void>;
  /** Deletes items that were handled before that time. */
  forgetBefore(atMs: number): Promise<void>;

  /** Makes a thread, once. @returns the stored thread: this one, or the one made before. */
  openThread(thread: ChatThread): Promise<ChatThread>;
  getThread(id: string): Promise<ChatThread | null>;
  /**
   * Changes a thread. Of several changes at once, each sees the others. `change` may run again.
   * @returns null if there is no such thread.
   */
  changeThread(id: string, change: (thread: ChatThread) => ChatThread): Promise<ChatThread | null>;
  findThreads(
    query:
      | { status: ChatThread["status"] }
      | { incidentId: string }
      | { channel: string; threadTs: string }
      | { channel: string; messageTs: string },
  ): Promise<ChatThread[]>;

  /** Stores a note, once for each id. */
  addNote(note: HumanNote): Promise<void>;
  /** Oldest first. */
  notesOf(incidentId: string): Promise<HumanNote[]>;
}
