import { describe, expect, it, onTestFinished } from "vitest";
import { sqlNoticeStore } from "../../../src/connectors/sql/notices.ts";
import type { NoticeEnd } from "../../../src/domain/notice.ts";
import { DATABASES } from "./databases.ts";

const wanted = { id: "msg-1", analysisId: "an-1", place: "chat", ticket: null, pullRequest: false };
const end = (fields: Partial<NoticeEnd> = {}): NoticeEnd => ({
  state: "sent",
  why: null,
  link: null,
  dueMs: 0,
  nowMs: 2_000,
  ...fields,
});
const at = (nowMs: number, again = false) => ({ nowMs, again });

describe.each(DATABASES)("messages in $dialect", ({ newPlace, openSql }) => {
  const open = async (place?: string) => {
    const sql = await openSql(place ?? (await newPlace()));
    onTestFinished(() => sql.close());
    return sqlNoticeStore(sql);
  };

  it("are sent once, unless they are wanted again", async () => {
    const store = await open();
    const claim = { owner: "a", untilMs: 5_000 };
    expect(await store.claimNotice(wanted, claim, at(1_000))).toMatchObject({ claimed: true, notice: { attempts: 1 } });
    expect(await store.claimNotice(wanted, { owner: "b", untilMs: 6_000 }, at(1_500))).toMatchObject({
      claimed: false,
      isBusy: true,
    });
    expect(await store.settleNotice("msg-1", "b", end())).toBe(false);
    expect(await store.settleNotice("msg-1", "a", end({ link: "https://x.example" }))).toBe(true);
    expect(await store.claimNotice(wanted, { owner: "b", untilMs: 9_000 }, at(3_000))).toMatchObject({
      claimed: false,
      isBusy: false,
      notice: { state: "sent", link: "https://x.example", changedAtMs: 2_000 },
    });
    expect(await store.claimNotice(wanted, { owner: "b", untilMs: 9_000 }, at(3_000, true))).toMatchObject({
      claimed: true,
      notice: { attempts: 2 },
    });
  });

  it("that failed are listed, and can be claimed again", async () => {
    const store = await open();
    await store.claimNotice(wanted, { owner: "a", untilMs: 5_000 }, at(1_000));
    await store.settleNotice("msg-1", "a", end({ state: "failed", why: "down" }));
    expect(await store.listNotices({ state: "failed", limit: 9 })).toMatchObject([{ id: "msg-1", why: "down" }]);
    expect(await store.takeNotices(["chat"], { owner: "b", untilMs: 9_000 }, { nowMs: 3_000, limit: 9 })).toEqual([]);
    expect((await store.claimNotice(wanted, { owner: "b", untilMs: 9_000 }, at(3_000))).claimed).toBe(true);
  });

  it("wait until they are due, and each goes to one of many processes", async () => {
    const place = await newPlace();
    const [one, other] = [await open(place), await open(place)];
    for (const n of [1, 2, 3, 4, 5, 6]) {
      const id = `msg-${n}`;
      await one.claimNotice({ ...wanted, id }, { owner: "first", untilMs: 1_500 }, at(1_000));
      await one.settleNotice(id, "first", end({ state: "waiting", dueMs: 4_000 }));
    }
    const take = (store: typeof one, owner: string, nowMs: number) =>
      store.takeNotices(["chat"], { owner, untilMs: nowMs + 1_000 }, { nowMs, limit: 9 });
    expect(await take(one, "a", 3_999)).toEqual([]);
    expect(await one.takeNotices(["other"], { owner: "a", untilMs: 9_000 }, { nowMs: 4_000, limit: 9 })).toEqual([]);
    const taken = (await Promise.all([take(one, "a", 4_000), take(other, "b", 4_000)])).flat().map(({ id }) => id);
    expect(taken.toSorted()).toEqual(["msg-1", "msg-2", "msg-3", "msg-4", "msg-5", "msg-6"]);
    expect(await take(one, "c", 4_999)).toEqual([]);
    expect(await take(other, "c", 5_000)).toHaveLength(6); // the claims of dead processes lapsed
  });

  it("are forgotten once they ended long ago", async () => {
    const store = await open();
    await store.claimNotice(wanted, { owner: "a", untilMs: 5_000 }, at(1_000));
    await store.claimNotice({ ...wanted, id: "msg-2" }, { owner: "a", untilMs: 5_000 }, at(1_000));
    await store.settleNotice("msg-1", "a", end());
    await store.forgetNotices(9_000);
    expect([await store.findNotice("msg-1"), (await store.findNotice("msg-2"))?.state]).toEqual([null, "waiting"]);
  });
});
