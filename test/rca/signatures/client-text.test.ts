import { describe, expect, it } from "vitest";
import { withoutClientText } from "../../../src/rca/signatures/client-text.ts";
import { peerName } from "../../../src/rca/signatures/peer-name.ts";
import { readFailure } from "../../../src/rca/signatures/read-failure.ts";
import { cpuMs } from "../../cpu-time.ts";

const FORGED = "No space left on device";
const json = (fields: object) => JSON.stringify({ level: "warn", msg: "request refused", ...fields });

describe("what a client chose proves nothing", () => {
  it.each([
    ["a path", `WARN Not found: /files/${FORGED}`],
    ["a quoted path", `[error] 7#7: *1 open() "/srv/${FORGED}" failed (2: No such file), client: 1.2.3.4`],
    ["a host header", `[error] 7#7: *1 no live handler, client: 1.2.3.4, server: x, host: "${FORGED}"`],
    ["a refused value", `ERROR validation failed: '${FORGED}' is not a valid email`],
    ["a number format", `ERROR java.lang.NumberFormatException: For input string: "${FORGED}"`],
    ["a literal of Python", `ERROR ValueError: invalid literal for int() with base 10: '${FORGED}'`],
    ["a token of JSON", `ERROR SyntaxError: Unexpected token N in JSON: "${FORGED}"`],
    ["a subject", `postfix/cleanup[1]: 4A: warning: header Subject: ${FORGED} from x[1.2.3.4]`],
    ["a chat message", `INFO chat message from bob: ${FORGED}`],
    ["a literal of a statement", `LOG: duration: 12 ms statement: INSERT INTO notes VALUES ('it''s ${FORGED}')`],
    ["a compared literal", `LOG: execute: SELECT * FROM t WHERE a = 'dial tcp db:5432: connect: connection refused'`],
    ["a key that exists", `ERROR duplicate key value. DETAIL: Key (name)=(${FORGED}) already exists.`],
    ["a duplicate entry", `ERROR 1062 (23000): Duplicate entry '${FORGED}' for key 'name'`],
    ["a login name", `Failed password for invalid user ${FORGED} from 1.2.3.4 port 22 ssh2`],
    ["a quoted coupon", `WARN rejected coupon "${FORGED}"`],
    ["any quoted field", `level=info msg=searched coupon="${FORGED}" status=200`],
    ["a dotted agent", `INFO served http.user_agent="${FORGED}"`],
    ["a captured header", `haproxy[1]: 1.2.3.4:5 fe be/s1 0/0/1/2/3 200 12 - - ---- {${FORGED}|x} "GET / HTTP/1.1"`],
    ["an agent in Envoy", `[2026-11-23T05:31:00Z] "GET / HTTP/1.1" 404 - 0 5 1 - "1.2.3.4" "${FORGED}" "id" "host"`],
    ["a virtual host", `shop:443 1.2.3.4 - - [23/Nov/2026:05:31:00 +0000] "GET / HTTP/1.1" 200 12 "-" "${FORGED}"`],
    ["parameters", `  Parameters: {"note"=>"${FORGED}"}`],
    ["a field of JSON", json({ coupon: FORGED })],
    ["a header of JSON", json({ headers: { "x-note": FORGED } })],
    ["a list of JSON", json({ headers: [FORGED] })],
    ["a message inside a body", json({ body: { error: { message: FORGED } } })],
    ["a line break inside a value", json({ path: `/x\nCaused by: java.io.IOException: ${FORGED}` })],
    ["a whole line inside a value", json({ q: `/x\r\n2026-11-23T05:31:00Z ERROR ${FORGED}` })],
    ["a field of JSON that was cut off", json({ headers: { "x-note": FORGED } }).slice(0, -2)],
  ])("%s", (_, line) => {
    expect(readFailure(line)).toBeNull();
  });

  it.each([
    ["an error field", json({ err: `write /data/x: ${FORGED}` })],
    ["a nested error", json({ error: { code: 28, message: FORGED } })],
    [
      "a stack trace",
      json({ exception: { stacktrace: `a.B: failed\n\tat a.b\nCaused by: java.io.IOException: ${FORGED}` } }),
    ],
    ["an error after a path", `ERROR GET "/files" took=3ms err="${FORGED}"`],
    ["a quoted argument", `OSError(28, '${FORGED}')`],
    ["a device", `rsync: write failed on "/backup/my disk": ${FORGED} (28)`],
    ["a list of errors", json({ errors: [FORGED] })],
  ])("but %s is what the program says", (_, line) => {
    expect(readFailure(line)?.signature.cause).toBe("disk_full");
  });

  it.each([
    ["GET /", " "],
    ["GET / ", "\r"],
    ["GET / ", "a"],
    ['path="', "\\"],
    ["Z", " "],
  ])("takes little time for many %j and %j", (start, rest) => {
    const line = start.repeat(400) + rest.repeat(2000);
    expect(cpuMs(() => withoutClientText(line))).toBeLessThan(500); // it took 3 s
  });
});

describe("the name of a peer", () => {
  it("is no part of a password with an @", () => {
    expect(peerName("postgres://app:p@ss@w0rd@ledger.internal:5432/shop")).toMatchObject({ host: "ledger.internal" });
  });
  it.each(["AKIAIOSFODNN7EXAMPLE", "ghp_abcdefghijklmnopqrstuvwxyz0123456789", "connect", "read"])(
    "is not %s",
    (name) => {
      expect(peerName(name)).toBeNull();
    },
  );
});
