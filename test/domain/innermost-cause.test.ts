import { expect, it } from "vitest";
import { innermostCause } from "../../src/domain/innermost-cause.ts";

const TRACES: readonly (readonly [string, string, string | null, string | null])[] = [
  [
    "Java, with a suppressed exception that has a cause of its own",
    `java.lang.IllegalStateException: order not stored
	at shop.Orders.store(Orders.java:41)
	Suppressed: java.io.IOException: close failed
		at shop.Db.close(Db.java:9)
	Caused by: java.net.SocketException: reset
		at shop.Net.read(Net.java:3)
Caused by: org.postgresql.util.PSQLException: ERROR: could not extend file "base/1/2": No space left on device
	at org.postgresql.core.v3.QueryExecutorImpl.receive(QueryExecutorImpl.java:2725)
	... 12 more`,
    'org.postgresql.util.PSQLException: ERROR: could not extend file "base/1/2": No space left on device',
    "org.postgresql.core.v3.QueryExecutorImpl.receive(QueryExecutorImpl.java:2725)",
  ],
  [
    "Java without a cause",
    `2026-03-01 10:00:00 ERROR [main] shop.Pay: failed
java.lang.OutOfMemoryError: Java heap space
	at shop.Pay.run(Pay.java:7) ~[app.jar:?]`,
    "java.lang.OutOfMemoryError: Java heap space",
    "shop.Pay.run(Pay.java:7)",
  ],
  [
    "Logback with the root cause first",
    `java.net.ConnectException: Connection refused
	at java.base/sun.nio.ch.Net.pollConnect(Native Method)
	... 3 common frames omitted
Wrapped by: shop.CartException: no cart
	at shop.Cart.load(Cart.kt:12)`,
    "java.net.ConnectException: Connection refused",
    "java.base/sun.nio.ch.Net.pollConnect(Native Method)",
  ],
  [
    "Python with `direct cause`",
    `Traceback (most recent call last):
  File "/app/db.py", line 7, in connect
    sock.connect(addr)
    ~~~~~~~~~~~~^^^^^^
ConnectionRefusedError: [Errno 111] Connection refused

The above exception was the direct cause of the following exception:

Traceback (most recent call last):
  File "/app/api.py", line 3, in cart
    raise CartError("no cart") from e
shop.CartError: no cart`,
    "ConnectionRefusedError: [Errno 111] Connection refused",
    "/app/db.py:7 in connect",
  ],
  [
    "a Python exception group",
    `  + Exception Group Traceback (most recent call last):
  |   File "/app/main.py", line 5, in main
  |     async with TaskGroup() as tg:
  | ExceptionGroup: unhandled errors in a TaskGroup (1 sub-exception)
  +-+---------------- 1 ----------------
    | Traceback (most recent call last):
    |   File "/app/job.py", line 9, in job
    |     raise TimeoutError("slow")
    | TimeoutError: slow
    +------------------------------------`,
    "TimeoutError: slow",
    "/app/job.py:9 in job",
  ],
  [
    "a Go panic, without the frames of the runtime",
    `panic: runtime error: index out of range [5] with length 3

goroutine 1 [running]:
panic({0x4a2f20?, 0xc000018}, 0x1)
	/usr/local/go/src/runtime/panic.go:770 +0x132
main.price(0xc00, 0x5)
	/src/main.go:41 +0x1d
exit status 2`,
    "runtime error: index out of range [5] with length 3",
    "main.price /src/main.go:41",
  ],
  [
    "a stack field of zap",
    `shop/internal/login.(*Client).Do
	/src/internal/login/client.go:140
net/http.HandlerFunc.ServeHTTP
	/usr/local/go/src/net/http/server.go:2136`,
    null,
    "shop/internal/login.(*Client).Do /src/internal/login/client.go:140",
  ],
  [
    "Node with causes",
    `Error: cart not saved
    at save (/app/cart.js:12:9)
    at async handler (/app/api.js:4:3) {
  [cause]: Error: pool is closed
      at Pool.get (/app/pool.js:3:1) {
    [cause]: Error: connect ECONNREFUSED 10.0.0.3:5432
        at TCPConnectWrap.afterConnect [as oncomplete] (node:net:1607:16) {
      errno: -111,
      code: 'ECONNREFUSED'
    }
  }
}`,
    "Error: connect ECONNREFUSED 10.0.0.3:5432",
    "save /app/cart.js:12:9",
  ],
  [
    "an AggregateError",
    `AggregateError [ECONNREFUSED]: 
    at internalConnectMultiple (node:net:1122:18) {
  code: 'ECONNREFUSED',
  [errors]: [
    Error: connect ECONNREFUSED ::1:5432
        at createConnectionError (node:net:1652:14) {
      code: 'ECONNREFUSED'
    }
  ]
}`,
    "Error: connect ECONNREFUSED ::1:5432",
    null,
  ],
  [
    ".NET with inner exceptions on lines of their own",
    `System.InvalidOperationException: An exception has been raised that is likely due to a transient failure.
 ---> Microsoft.EntityFrameworkCore.DbUpdateException: An error occurred while saving
 ---> Npgsql.NpgsqlException (0x80004005): Failed to connect to 10.0.0.3:5432
   at Npgsql.Internal.NpgsqlConnector.Connect(NpgsqlTimeout timeout)
   --- End of inner exception stack trace ---
   at Shop.Cart.Save(Int32 id) in /src/Cart.cs:line 41
   --- End of inner exception stack trace ---`,
    "Npgsql.NpgsqlException (0x80004005): Failed to connect to 10.0.0.3:5432",
    "Npgsql.Internal.NpgsqlConnector.Connect(NpgsqlTimeout timeout)",
  ],
  [
    ".NET with an inner exception on the same line",
    `System.Exception: outer ---> System.IO.IOException: There is not enough space on the disk.
   at Shop.Disk.Write(Byte[] b) in /src/Disk.cs:line 9`,
    "System.IO.IOException: There is not enough space on the disk.",
    "Shop.Disk.Write(Byte[] b) in /src/Disk.cs:line 9",
  ],
  [
    "Rails with causes",
    `ActiveRecord::ConnectionNotEstablished (connection to server failed):

Causes:
PG::ConnectionBad (connection to server at "10.0.0.3", port 5432 failed: FATAL:  sorry, too many clients already)

app/services/ledger_client.rb:27:in \`call'
app/controllers/a.rb:3:in 'AController#show'`,
    'PG::ConnectionBad (connection to server at "10.0.0.3", port 5432 failed: FATAL:  sorry, too many clients already)',
    "app/services/ledger_client.rb:27 in call",
  ],
  [
    "plain Ruby",
    "/app/pay.rb:12:in `charge': card declined (Pay::DeclinedError)\n\tfrom /app/main.rb:3:in `<main>'",
    "Pay::DeclinedError: card declined",
    "/app/pay.rb:12 in charge",
  ],
  [
    "PHP with a previous exception",
    `PHP Fatal error:  Uncaught PDOException: SQLSTATE[HY000] [2002] Connection refused in /var/www/db.php:12
Stack trace:
#0 /var/www/db.php(12): PDO->__construct('mysql:...')
#1 {main}

Next Shop\\CartException: no cart in /var/www/cart.php:7
Stack trace:
#0 {main}
  thrown in /var/www/cart.php on line 7`,
    "PDOException: SQLSTATE[HY000] [2002] Connection refused",
    "/var/www/db.php:12",
  ],
  [
    "Monolog",
    `local.ERROR: no cart {"exception":"[object] (Shop\\\\CartException(code: 0): no cart at /var/www/cart.php:7)
[stacktrace]
#0 /var/www/a.php(795): build('Cart')
#1 {main}

[previous exception] [object] (PDOException(code: 2002): Connection refused at /var/www/db.php:70)
[stacktrace]
#0 {main}
"}`,
    "PDOException: Connection refused",
    "/var/www/db.php:70",
  ],
  [
    "a Rust panic",
    `thread 'main' panicked at src/main.rs:4:13:
called \`Result::unwrap()\` on an \`Err\` value: Os { code: 28, kind: StorageFull, message: "No space left on device" }
note: run with \`RUST_BACKTRACE=1\` environment variable to display a backtrace`,
    "called `Result::unwrap()` on an `Err` value: " +
      'Os { code: 28, kind: StorageFull, message: "No space left on device" }',
    "src/main.rs:4:13",
  ],
  [
    "an anyhow chain",
    "Error: failed to start\n\nCaused by:\n    0: cannot read settings\n    1: No such file or directory (os error 2)",
    "No such file or directory (os error 2)",
    null,
  ],
  [
    "Elixir",
    `GenServer Shop.Cart terminating
** (stop) exited in: GenServer.call(Shop.Repo, :get, 5000)
    ** (EXIT) time out
    (elixir 1.16.0) lib/gen_server.ex:1074: GenServer.call/3
    (shop 0.1.0) lib/shop/cart.ex:12: Shop.Cart.load/1`,
    "(EXIT) time out",
    "lib/gen_server.ex:1074 GenServer.call/3",
  ],
  [
    "an Erlang report",
    `** Generic server shop_cart terminating
** Reason for termination ==
** {badmatch,{error,enospc}}
   in function  shop_cart:save/2 (src/shop_cart.erl, line 41)`,
    "{badmatch,{error,enospc}}",
    "src/shop_cart.erl:41",
  ],
];

it.each(TRACES)("finds cause and frame of %s", (_what, text, cause, frame) => {
  expect(innermostCause(text)).toEqual({ cause, frame });
});
it.each(["cart saved", "look at this (please)", "panic button pressed", "error: timed out", "SELECT 1\nFROM carts"])(
  "finds no trace in %j",
  (text) => {
    expect(innermostCause(text)).toBeNull();
  },
);
it("reads a trace of a hundred thousand lines in little time", () => {
  const frames = "\tat a.B.c(B.java:1)\n".repeat(100_000);
  expect(innermostCause(`boom\n${frames}Caused by: x.Y: full\n\tat a.D.e(D.java:1)`)).toEqual({
    cause: "x.Y: full",
    frame: "a.D.e(D.java:1)",
  });
});
