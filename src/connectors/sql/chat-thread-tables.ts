/** What is kept of chats, as kysely types. Times are Unix milliseconds; `body` is JSON. */
export type ChatThreadTables = {
  /** `body`: null once it is dealt with. `owner`: who deals with it, until when unless renewed. */
  chat_inbox: { key: string; body: string | null; owner: string; until_ms: number; attempts: number; at_ms: number };
  /** `version` grows with each change. */
  chat_rooms: {
    id: string;
    incident_id: string;
    channel: string;
    thread_ts: string | null;
    message_ts: string | null;
    status: string;
    version: number;
    body: string;
  };
  incident_notes: { id: string; incident_id: string; said_by: string; text: string; at_ms: number };
};
