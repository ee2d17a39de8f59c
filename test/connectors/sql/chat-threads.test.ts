import { describe, expect, it, onTestFinished } from "vitest";
import { sqlChatThreadStore } from "../../../src/connectors/sql/chat-threads.ts";
import type { ChatThread } from "../../../src/domain/chat-thread.ts";
import { DATABASES } from "./databases.ts";

const aThread = (fields: Partial<ChatThread> = {}): ChatThread => ({
  id: "alert:inc-1",
  incidentId: "inc-1",
  title: "Checkout is slow",
  begunBy: "C1:1.1",
  channel: "C1",
  threadTs: "1.1",
  messageTs: null,
  analysisId: null,
  isShadow: false,
  isBroadcast: false,
  picturedId: null,
  status: "open",
  ...fields,
});
const nobodyDied = () => false;
const ada = { owner: "ada", untilMs: 100 };
const bob = { owner: "bob", untilMs: 300 };

describe.each(DATABASES)("chat threads in $dialect", ({ newPlace, openSql }) => {
  /** Two programs that share a database. */
  async function two() {
    const at = await newPlace();
    const [one, other] = [await openSql(at), await openSql(at)];
    onTestFinished(async () => {
      await one.close();
      await other.close();
    });
    return [sqlChatThreadStore(one), sqlChatThreadStore(other)] as const;
  }

  it("keeps a received event once, whichever process receives it", async () => {
    const [one, other] = await two();
    const received = await Promise.all(
      [one, other, one, other].map((store, i) =>
        store.receive({ key: "event:1", body: "{}" }, { owner: `o${i}`, untilMs: 100 }, 0),
      ),
    );
    expect(received.filter(Boolean)).toHaveLength(1);
  });
  it("hands an expired event to one other process, and counts attempts", async () => {
    const [one, other] = await two();
    await one.receive({ key: "event:1", body: '{"a":1}' }, ada, 0);
    expect(await other.takeOver(bob, { nowMs: 99, limit: 10, hasDied: nobodyDied })).toEqual([]);
    const taken = await Promise.all([
      one.takeOver({ owner: "eve", untilMs: 300 }, { nowMs: 100, limit: 10, hasDied: nobodyDied }),
      other.takeOver(bob, { nowMs: 100, limit: 10, hasDied: nobodyDied }),
    ]);
    expect(taken.flat()).toEqual([{ key: "event:1", body: '{"a":1}', attempts: 2 }]);
    expect(await one.hold("event:1", ada)).toBe(false);
  });
  it("hands over at once when the holder has died", async () => {
    const [one, other] = await two();
    await one.receive({ key: "event:1", body: "{}" }, ada, 0);
    expect(await other.takeOver(bob, { nowMs: 1, limit: 10, hasDied: (owner) => owner === "ada" })).toHaveLength(1);
  });
  it("does not hand over an event that is held or handled, and knows its key until it is deleted", async () => {
    const [one] = await two();
    await one.receive({ key: "event:1", body: "{}" }, ada, 0);
    expect(await one.hold("event:1", { owner: "ada", untilMs: 500 })).toBe(true);
    expect(await one.takeOver(bob, { nowMs: 200, limit: 10, hasDied: nobodyDied })).toEqual([]);
    await one.finish("event:1", "ada");
    expect(await one.takeOver(bob, { nowMs: 900, limit: 10, hasDied: nobodyDied })).toEqual([]);
    expect(await one.receive({ key: "event:1", body: "{}" }, bob, 900)).toBe(false);
    await one.forgetBefore(1);
    expect(await one.receive({ key: "event:1", body: "{}" }, bob, 900)).toBe(true);
  });
  it("creates a thread once, and finds it by incident, thread, message and status", async () => {
    const [one, other] = await two();
    await one.openThread(aThread());
    expect((await other.openThread(aThread({ threadTs: "9.9" }))).threadTs).toBe("1.1");
    await other.changeThread("alert:inc-1", (thread) => ({ ...thread, messageTs: "2.2" }));
    for (const query of [
      { incidentId: "inc-1" },
      { channel: "C1", threadTs: "1.1" },
      { channel: "C1", messageTs: "2.2" },
      { status: "open" as const },
    ])
      expect(await one.findThreads(query)).toEqual([aThread({ messageTs: "2.2" })]);
    expect(await one.findThreads({ channel: "C2", threadTs: "1.1" })).toEqual([]);
    expect(await one.changeThread("nowhere", (thread) => thread)).toBeNull();
    expect(await one.getThread("nowhere")).toBeNull();
  });
  it("loses no change when several processes change a thread at once", async () => {
    const [one, other] = await two();
    await one.openThread(aThread({ title: "" }));
    await Promise.all(
      Array.from({ length: 12 }, (_, i) =>
        (i % 2 === 0 ? one : other).changeThread("alert:inc-1", (thread) => ({ ...thread, title: `${thread.title}x` })),
      ),
    );
    expect((await one.getThread("alert:inc-1"))?.title).toBe("x".repeat(12));
  });
  it("keeps a note once, with its author, the oldest first", async () => {
    const [one, other] = await two();
    const note = { id: "n2", incidentId: "inc-1", by: "Ada", text: "we halved its CPU", atMs: 20 };
    await one.addNote(note);
    await other.addNote({ ...note, text: "again" });
    await one.addNote({ ...note, id: "n1", atMs: 10 });
    expect((await other.notesOf("inc-1")).map(({ id, text }) => [id, text])).toEqual([
      ["n1", "we halved its CPU"],
      ["n2", "we halved its CPU"],
    ]);
    expect(await one.notesOf("inc-2")).toEqual([]);
  });
});
