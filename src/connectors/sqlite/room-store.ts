import type { RoomStore } from "../../domain/room.ts";
import { inboxRows, noteRows, roomRows } from "../sql/rooms.ts";
import { openDatabase, type SqliteOptions } from "./open-database.ts";

/** Rooms in a SQLite file, which is made if there is none. Several processes may have it open. @throws {IncidentError} CONFIG, BAD_INPUT or UNAVAILABLE */
export async function sqliteRoomStore(path: string, options: SqliteOptions = {}): Promise<RoomStore> {
  const sql = await openDatabase(path, options);
  return { ...inboxRows(sql), ...roomRows(sql), ...noteRows(sql), close: sql.close };
}
