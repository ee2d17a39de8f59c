import { expect, it } from "vitest";
import { EventReader } from "../../../src/logs/lines/event-reader.ts";

/** The statements of a log, with the number of lines of each event. */
function eventsOf(text: string): [string, number][] {
  const out: [string, number][] = [];
  const reader = new EventReader({ fold: true }, ({ text: bytes, textStart, textEnd, lines }) =>
    out.push([Buffer.from(bytes.subarray(textStart, textEnd)).toString("utf8"), lines]),
  );
  for (const line of text.split("\n")) reader.push(Buffer.from(line), 0, Buffer.byteLength(line));
  reader.flush();
  return out;
}

const TRACES: readonly (readonly [string, string, string])[] = [
  [
    "Java",
    `java.lang.IllegalStateException: order not stored
	at shop.Orders.store(Orders.java:41)
	Suppressed: java.io.IOException: close failed
		at shop.Db.close(Db.java:9)
Caused by: java.io.IOException: No space left on device
	at java.base/java.io.FileOutputStream.write(FileOutputStream.java:1)
	... 12 more`,
    "java.lang.IllegalStateException: order not stored: java.io.IOException: No space left on device",
  ],
  [
    "Python",
    `Traceback (most recent call last):
  File "/app/db.py", line 7, in connect
    sock.connect(addr)
ConnectionRefusedError: [Errno 111] Connection refused

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "/app/api.py", line 3, in cart
    raise CartError("no cart")
shop.CartError: no cart`,
    "Traceback (most recent call last): ConnectionRefusedError: [Errno 111] Connection refused",
  ],
  [
    "Go",
    `panic: runtime error: invalid memory address or nil pointer dereference
[signal SIGSEGV: segmentation violation code=0x1 addr=0x0 pc=0x45]

goroutine 1 [running]:
main.(*Cart).Total(...)
	/src/cart.go:12
main.main()
	/src/main.go:41 +0x1d

goroutine 7 [IO wait, 2 minutes]:
net/http.(*conn).serve(0xc0001, {0x7f, 0xc0})
	/usr/local/go/src/net/http/server.go:2009 +0x5f4
created by net/http.(*Server).Serve in goroutine 1
	/usr/local/go/src/net/http/server.go:3285 +0x4b4
exit status 2`,
    "panic: runtime error: invalid memory address or nil pointer dereference",
  ],
  [
    "Node",
    `/app/cart.js:12
    throw err;
    ^

Error: cart not saved
    at save (/app/cart.js:12:9) {
  [cause]: Error: connect ECONNREFUSED 10.0.0.3:5432
      at TCPConnectWrap.afterConnect [as oncomplete] (node:net:1607:16) {
    code: 'ECONNREFUSED'
  }
}

Node.js v22.11.0`,
    "/app/cart.js:12: Error: connect ECONNREFUSED 10.0.0.3:5432",
  ],
  [
    ".NET",
    `fail: Shop.Cart[13]
      An unhandled exception was thrown.
      System.InvalidOperationException: no cart
       ---> Npgsql.NpgsqlException (0x80004005): Failed to connect to 10.0.0.3:5432
         at Npgsql.Connector.Connect(NpgsqlTimeout timeout)
         --- End of inner exception stack trace ---
         at Shop.Cart.Load(Int32 id) in /src/Cart.cs:line 41`,
    "An unhandled exception was thrown: Npgsql.NpgsqlException (0x80004005): Failed to connect to 10.0.0.3:5432",
  ],
  [
    "Ruby",
    `/app/pay.rb:12:in \`charge': card declined (Pay::DeclinedError)
	from /app/main.rb:3:in \`run'
	from /app/main.rb:9:in \`<main>'`,
    "/app/pay.rb:12:in `charge': card declined (Pay::DeclinedError): Pay::DeclinedError: card declined",
  ],
  [
    "PHP",
    `PHP Fatal error:  Uncaught PDOException: SQLSTATE[HY000] [2002] Connection refused in /var/www/db.php:12
Stack trace:
#0 /var/www/db.php(12): PDO->__construct('mysql:...')
#1 {main}

Next Shop\\CartException: no cart in /var/www/cart.php:7
Stack trace:
#0 {main}
  thrown in /var/www/cart.php on line 7`,
    "PHP Fatal error:  Uncaught PDOException: SQLSTATE[HY000] [2002] Connection refused in /var/www/db.php:12",
  ],
  [
    "Rust",
    `thread 'main' panicked at src/main.rs:4:13:
no space left
stack backtrace:
   0: rust_begin_unwind
             at /rustc/1/library/std/src/panicking.rs:645:5
   1: shop::save
             at ./src/main.rs:4:13
note: Some details are omitted, run with \`RUST_BACKTRACE=full\` for a verbose backtrace.`,
    "thread 'main' panicked at src/main.rs:4:13: no space left",
  ],
  [
    "anyhow",
    `Error: failed to start

Caused by:
    0: cannot read settings
    1: No such file or directory (os error 2)`,
    "Error: failed to start: No such file or directory (os error 2)",
  ],
];
const AT = "2026-03-01T10:00:20.120Z";
const NEXT = "cart saved";
const framed = (text: string, frame: (line: string) => string): string => text.split("\n").map(frame).join("\n");

it.each(TRACES)("folds a trace of %s, whatever frame its lines have", (_what, trace, statement) => {
  const lines = trace.split("\n").length;
  const folded = [
    [statement, lines],
    [NEXT, 1],
  ];
  const log = `${trace}\n${NEXT}`;
  expect(eventsOf(log)).toEqual(folded);
  expect(eventsOf(framed(log, (line) => `${AT} stderr F ${line}`))).toEqual(folded);
  const docker = (line: string) => JSON.stringify({ log: `${line}\n`, stream: "stderr", time: AT });
  expect(eventsOf(framed(log, docker))).toEqual(folded);
});
it.each(TRACES)("folds a trace of %s behind a line with a header, or in a JSON string", (_what, trace, statement) => {
  const cause = (statement.split(": ").at(-1) ?? "").replace(/ in \/.*$/, "");
  const [event, ...others] = eventsOf(`${AT} ERROR shop.Cart: failed\n${trace}\n${AT} INFO shop.Cart: ${NEXT}`);
  expect(event?.[0]).toContain(cause);
  expect(event?.[1]).toBe(trace.split("\n").length + 1);
  expect(others).toEqual([[NEXT, 1]]);
  const json = eventsOf(JSON.stringify({ level: "error", msg: "failed", stack: trace }));
  expect(json).toEqual([[expect.stringMatching(/^failed/), 1]]);
  expect(json[0]?.[0]).toContain(cause);
});

it.each([
  [
    "PostgreSQL's explanations",
    `2026-03-01 10:00:00.120 UTC [12] ERROR:  deadlock detected
2026-03-01 10:00:00.120 UTC [12] DETAIL:  Process 12 waits for ShareLock
	on transaction 7.
2026-03-01 10:00:00.120 UTC [12] HINT:  See server log.
2026-03-01 10:00:00.120 UTC [12] STATEMENT:  UPDATE carts
	SET total = 1
2026-03-01 10:00:01.120 UTC [12] LOG:  checkpoint starting`,
    [6, 1],
  ],
  [
    "reports of Erlang",
    `=ERROR REPORT==== 1-Mar-2026::10:00:00.120000 ===
** Generic server shop_cart terminating
** Reason for termination ==
** {badmatch,{error,enospc}}

=INFO REPORT==== 1-Mar-2026::10:00:01.120000 ===
    application: shop
    exited: stopped`,
    [4, 1, 3],
  ],
  [
    "crashes of Elixir",
    `10:00:00.120 [error] GenServer Shop.Cart terminating
** (DBConnection.ConnectionError) tcp connect (db:5432): connection refused - :econnrefused
    (db_connection 2.4.0) lib/db_connection.ex:12: DBConnection.run/4
Last message: :save
State: %{id: 1}
10:00:01.120 [info] started`,
    [5, 1],
  ],
  [
    "a statement of several lines",
    `${AT} INFO a.b.Db: SELECT *\nFROM carts\nWHERE seen > '2026-03-01 10:00:00'\n${AT} INFO a.b.Db: done`,
    [3, 1],
  ],
])("folds %s", (_what, log, lines) => {
  expect(eventsOf(log).map(([, count]) => count)).toEqual(lines);
});
it("keeps each line that has a time of its own, and each JSON line", () => {
  const access = `10.1.1.9 - - [01/Mar/2026:10:00:20 +0000] "GET / HTTP/1.1" 504 562`;
  const log = [`${AT} ERROR a.b.C: timed out`, access, `{"level":"info","msg":"x"}`, `ts=${AT} level=info msg=y`];
  expect(eventsOf(log.join("\n")).map(([, count]) => count)).toEqual([1, 1, 1, 1]);
});
