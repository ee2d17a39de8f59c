import protobuf from "protobufjs";
import { IncidentError } from "../../domain/errors.ts";

/** The wire type of nested messages, texts and bytes. @see https://protobuf.dev/programming-guides/encoding/ */
const LENGTH_DELIMITED = 2;
const WIRE_TYPE_BITS = 3;
const WIRE_TYPE = 7;

/**
 * The nested messages of a message that have one of these field numbers, undecoded and in order. All other fields are
 * skipped. So a large message is read one small message at a time.
 *
 * @throws {Error} if the bytes are not protobuf
 */
export function* nestedIn(bytes: Uint8Array, ids: readonly number[]): Generator<{ id: number; bytes: Uint8Array }> {
  const reader = protobuf.Reader.create(bytes);
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    const [id, wireType] = [tag >>> WIRE_TYPE_BITS, tag & WIRE_TYPE];
    if (wireType === LENGTH_DELIMITED && ids.includes(id)) yield { id, bytes: reader.bytes() };
    else reader.skipType(wireType);
  }
}

/** Values of one record. Real ones have some thousand; a metric of many histograms some hundred thousand. */
const MAX_VALUES = 1_000_000;
const MAX_DEPTH = 100;

/**
 * Checks that a message does not hold so many values that it fills the memory: a nested message of two bytes takes more
 * than a hundred once it is decoded. Nothing is decoded for this.
 *
 * @throws {IncidentError} REJECTED if there are too many. @throws {Error} if the bytes are not protobuf
 */
export function checkSize(type: protobuf.Type, bytes: Uint8Array): void {
  const reader = protobuf.Reader.create(bytes);
  let values = 0;
  const count = (more: number): void => {
    values += more;
    if (values > MAX_VALUES)
      throw new IncidentError("REJECTED", `a record has more than ${MAX_VALUES.toLocaleString("en")} values`, {
        hint: "Send less in one request.",
      });
  };
  const walk = ({ fieldsById }: protobuf.Type, end: number, depth: number): void => {
    if (depth > MAX_DEPTH) throw new RangeError(`values are nested deeper than ${MAX_DEPTH} levels`);
    while (reader.pos < end) {
      const tag = reader.uint32();
      const field = fieldsById[tag >>> WIRE_TYPE_BITS];
      if ((tag & WIRE_TYPE) !== LENGTH_DELIMITED) {
        count(field?.repeated === true ? 1 : 0);
        reader.skipType(tag & WIRE_TYPE);
        continue;
      }
      const stop = reader.uint32() + reader.pos;
      if (stop > end) throw new RangeError("a field is longer than its message");
      if (field?.resolvedType instanceof protobuf.Type) {
        count(1);
        walk(field.resolvedType, stop, depth + 1);
      } else if (field?.repeated === true) count((stop - reader.pos) / bytesOf(field));
      reader.pos = stop;
    }
  };
  walk(type, reader.len, 0);
}

/** The fewest bytes of one number in a packed list. */
const bytesOf = ({ type }: protobuf.Field): number => (/fixed64|double/.test(type) ? 8 : 1);
