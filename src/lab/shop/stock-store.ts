import Database from "better-sqlite3";
import { PRODUCTS } from "./goods.ts";

const SCHEMA = `
  create table if not exists stock (sku text primary key, available integer not null check (available >= 0));
  create table if not exists reservation (
  order_id text, sku text, quantity integer not null, primary key (order_id, sku)
);`;
const PLENTY = 100_000;

/** One connection to the stock file, with its queries. */
export type StockConnection = ReturnType<typeof openConnection>;

/** Opens `size` connections to one SQLite file, and creates and fills the file if it is new. */
export function openStockStore(file: string, size: number): StockConnection[] {
  const first = new Database(file);
  first.pragma("journal_mode = wal");
  first.exec(SCHEMA);
  const fill = first.prepare("insert or ignore into stock values (?, ?)");
  first.transaction(() => PRODUCTS.forEach(({ sku }) => fill.run(sku, PLENTY)))();
  first.close();
  return Array.from({ length: size }, () => openConnection(file));
}

function openConnection(file: string) {
  const database = new Database(file);
  const available = database.prepare<[string], { available: number }>("select available from stock where sku = ?");
  const take = database.prepare("update stock set available = available - ? where sku = ?");
  const note = database.prepare(
    "insert into reservation values (?, ?, ?) on conflict do update set quantity = quantity + excluded.quantity",
  );
  const noted = database.prepare<[string], { sku: string; quantity: number }>(
    "select sku, quantity from reservation where order_id = ?",
  );
  const forget = database.prepare("delete from reservation where order_id = ?");
  return {
    available: (sku: string): number => available.get(sku)?.available ?? 0,
    reserve: database.transaction((orderId: string, items: readonly { sku: string; quantity: number }[]) => {
      for (const { sku, quantity } of items) {
        take.run(quantity, sku);
        note.run(orderId, sku, quantity);
      }
    }),
    /** Number of returned lines. */
    release: database.transaction((orderId: string): number => {
      for (const { sku, quantity } of noted.all(orderId)) take.run(-quantity, sku);
      return forget.run(orderId).changes;
    }),
    /** Frames of the write-ahead log that were moved to the file. */
    checkpoint: (): number => {
      const [moved] = database.pragma("wal_checkpoint(passive)") as { checkpointed: number }[];
      return moved?.checkpointed ?? 0;
    },
  };
}
