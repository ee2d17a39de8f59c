// Protobuf written by hand, for messages that no library writes.
const LENGTH_DELIMITED = 2;
const tag = (id: number): number => (id << 3) | LENGTH_DELIMITED;
export const varint = (value: number): number[] =>
  value < 128 ? [value] : [(value & 127) | 128, ...varint(value >>> 7)];

/** A field that holds these bytes. */
export const field = (id: number, ...inner: readonly Uint8Array[]): Buffer => {
  const bytes = Buffer.concat(inner);
  return Buffer.concat([Buffer.from([tag(id), ...varint(bytes.length)]), bytes]);
};

/** Empty messages, two bytes for each. */
export const emptyFields = (id: number, count: number): Buffer => Buffer.alloc(count * 2, Buffer.from([tag(id), 0]));

/** An export request whose records are these bytes: `records` are fields 2 of a scope. */
export const exportOf = (records: Uint8Array): Buffer => field(1, field(2, records));
