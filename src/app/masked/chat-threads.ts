import type { ChatThreadStore } from "../../domain/chat-thread.ts";
import type { Masker } from "../../domain/redact-values.ts";

/**
 * Stores threads and notes without secrets and personal data. An item of the inbox stays as it came, because its
 * handler needs its addresses; it is deleted once it is handled.
 */
export const maskedThreadStore = (store: ChatThreadStore, { text }: Masker): ChatThreadStore => ({
  ...store,
  openThread: (thread) => store.openThread({ ...thread, title: text(thread.title) }),
  addNote: (note) => store.addNote({ ...note, text: text(note.text) }),
});
