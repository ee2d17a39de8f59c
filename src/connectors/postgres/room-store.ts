import type { RoomStore } from "../../domain/room.ts";
import { inboxRows, noteRows, roomRows } from "../sql/rooms.ts";
import { openDatabase, type PostgresOptions } from "./open-database.ts";

/** Rooms in a Postgres that any number of processes share. @throws {IncidentError} CONFIG or UNAVAILABLE */
export async function postgresRoomStore(url: string, options: PostgresOptions = {}): Promise<RoomStore> {
  const sql = await openDatabase(url, options);
  return { ...inboxRows(sql), ...roomRows(sql), ...noteRows(sql), close: sql.close };
}
