import { expect, it } from "vitest";
import { HeaderReader } from "../../../src/logs/lines/line-header.ts";

/** Lines as programs write them: time, level, logger and message. The log is read near noon of 1 March 2026. */
const LINES: readonly [
  line: string,
  time: string | null,
  level: string | null,
  logger: string | null,
  message: string,
][] = [
  [
    'I0301 10:10:05.123456    4727 kubelet_getters.go:187] "Pod status updated" pod="shop/cart-0" status="Running"',
    "2026-03-01T10:10:05.123Z",
    "info",
    "kubelet_getters.go:187",
    '"Pod status updated" pod="shop/cart-0" status="Running"',
  ],
  ["I20260301 10:10:05.123456 4727 file.cc:12] msg here", "2026-03-01T10:10:05.123Z", "info", "file.cc:12", "msg here"],
  [
    "I260301 10:00:00.123456 1 util/log/event_log.go:187 . [n1] 12  message here",
    "2026-03-01T10:00:00.123Z",
    "info",
    "util/log/event_log.go:187",
    ". [n1] 12  message here",
  ],
  [
    "E260301 10:00:00.123456 180 kv/kvserver/store.go:12 . [n1,s1] 12  disk stall",
    "2026-03-01T10:00:00.123Z",
    "error",
    "kv/kvserver/store.go:12",
    ". [n1,s1] 12  disk stall",
  ],
  [
    "2026-03-01 10:00:06.000 CET [77] shop@orders LOG:  checkpoint complete",
    "2026-03-01T09:00:06.000Z",
    "LOG",
    null,
    "checkpoint complete",
  ],
  [
    "2026-03-01 10:00:08.000 CET [79] shop@orders DETAIL:  Process 79 waits for ShareLock",
    "2026-03-01T09:00:08.000Z",
    "DETAIL",
    null,
    "DETAIL:  Process 79 waits for ShareLock",
  ],
  [
    "2026-03-01 01:00:09.000 PST [79] shop@orders LOG:  duration: 5123.456 ms",
    "2026-03-01T09:00:09.000Z",
    "LOG",
    null,
    "duration: 5123.456 ms",
  ],
  [
    "2026-03-01 10:00:06 UTC:10.0.1.1(41234):shop@orders:[77]:ERROR:  deadlock detected",
    "2026-03-01T10:00:06.000Z",
    "ERROR",
    null,
    "deadlock detected",
  ],
  ["2026-03-01 10:00:06.000 +03 [77] FATAL:  sorry", "2026-03-01T07:00:06.000Z", "FATAL", null, "sorry"],
  [
    '2026-03-01T10:00:01.401Z\tinfo\tcontroller/run.go:10\tretrying after error: none left\t{"kind": "Exporter"}',
    "2026-03-01T10:00:01.401Z",
    "info",
    "controller/run.go:10",
    'retrying after error: none left\t{"kind": "Exporter"}',
  ],
  [
    '2026-03-01T10:00:01.401Z\terror\tmylogger\tcontroller/run.go:10\tretrying\t{"kind": "Exporter"}',
    "2026-03-01T10:00:01.401Z",
    "error",
    "controller/run.go:10",
    'retrying\t{"kind": "Exporter"}',
  ],
  [
    "1.772359201501e+09\tinfo\tcontroller/run.go:10\thello",
    "2026-03-01T10:00:01.501Z",
    "info",
    "controller/run.go:10",
    "hello",
  ],
  [
    "2026-03-01T10:00:03.401+0100 E STORAGE  [conn41] This may be due to data corruption.",
    "2026-03-01T09:00:03.401Z",
    "error",
    "STORAGE",
    "This may be due to data corruption.",
  ],
  [
    "2026-03-01T10:00:03.401+0100 I NETWORK  [initandlisten] waiting for connections on port 27017",
    "2026-03-01T09:00:03.401Z",
    "info",
    "NETWORK",
    "waiting for connections on port 27017",
  ],
  ["2026-03-01T10:00:03.401+0100 W -        [conn2] warn", "2026-03-01T09:00:03.401Z", "warn", null, "warn"],
  [
    "2026-03-01 10:00:04,672:WARNING:shop.cart:cart is slow",
    "2026-03-01T10:00:04.672Z",
    "WARNING",
    "shop.cart",
    "cart is slow",
  ],
  [
    "2026-03-01 10:00:04,672 - shop.cart - WARNING - cart is slow",
    "2026-03-01T10:00:04.672Z",
    "WARNING",
    null,
    "cart is slow",
  ],
  ["WARNING:shop.cart:cart is slow", null, "WARNING", null, "WARNING:shop.cart:cart is slow"],
  [
    "1:M 01 Mar 2026 10:16:58.181 * 100 changes in 300 seconds. Saving...",
    "2026-03-01T10:16:58.181Z",
    "notice",
    null,
    "100 changes in 300 seconds. Saving...",
  ],
  [
    "1:M 01 Mar 2026 10:16:58.181 # Can't save in background: fork: Cannot allocate memory",
    "2026-03-01T10:16:58.181Z",
    "#",
    null,
    "Can't save in background: fork: Cannot allocate memory",
  ],
  ["1:S 01 Mar 2026 10:16:58.181 - DB 0: 2 keys", "2026-03-01T10:16:58.181Z", "verbose", null, "DB 0: 2 keys"],
  ["[1234] 01 Mar 10:16:58.181 # Out of memory", "2026-03-01T10:16:58.181Z", "#", null, "Out of memory"],
  [
    "    2026-03-01T10:00:04.575Z [WARN]  agent.server.raft: unable to get address: id=6a68",
    "2026-03-01T10:00:04.575Z",
    "WARN",
    "agent.server.raft",
    "unable to get address: id=6a68",
  ],
  [
    "    2026/03/01 10:00:32 [ERR] http: Request /v1/session/destroy/76e8, error: No cluster leader",
    "2026-03-01T10:00:32.000Z",
    "ERR",
    null,
    "http: Request /v1/session/destroy/76e8, error: No cluster leader",
  ],
  [
    "2026/03/01 10:00:32 [error] 31#31: *569 upstream timed out (110: Operation timed out)",
    "2026-03-01T10:00:32.000Z",
    "error",
    null,
    "31#31: *569 upstream timed out (110: Operation timed out)",
  ],
  [
    "[Sun Mar 01 10:00:02.123456 2026] [proxy:error] [pid 123:tid 456] [client 10.0.0.1:4000] AH00898: Error reading",
    "2026-03-01T10:00:02.123Z",
    "error",
    null,
    "AH00898: Error reading",
  ],
  [
    "[01-Mar-2026 10:00:02 UTC] PHP Fatal error:  Uncaught Exception in /x.php",
    "2026-03-01T10:00:02.000Z",
    null,
    null,
    "PHP Fatal error:  Uncaught Exception in /x.php",
  ],
  [
    "[01-Mar-2026 10:00:02 Europe/Berlin] PHP Warning:  foo in /x.php",
    "2026-03-01T09:00:02.000Z",
    null,
    null,
    "PHP Warning:  foo in /x.php",
  ],
  [
    "[01-Mar-2026 10:00:02] WARNING: [pool www] server reached pm.max_children setting (5)",
    "2026-03-01T10:00:02.000Z",
    "WARNING",
    null,
    "server reached pm.max_children setting (5)",
  ],
  [
    "01-Mar-2026 10:00:02.123 SEVERE [main] org.apache.catalina.core.Foo.bar Something bad",
    "2026-03-01T10:00:02.123Z",
    "SEVERE",
    "org.apache.catalina.core.Foo.bar",
    "Something bad",
  ],
  [
    "2026-07-11T21:34:50.944895Z 82626 [Warning] [MY-010914] [Server] Aborted connection",
    "2026-07-11T21:34:50.944Z",
    "Warning",
    null,
    "Aborted connection",
  ],
  [
    "2026-07-11T21:34:50.944895Z 0 [System] [MY-010116] [Server] /usr/sbin/mysqld (mysqld 8.0.36) starting",
    "2026-07-11T21:34:50.944Z",
    "System",
    null,
    "/usr/sbin/mysqld (mysqld 8.0.36) starting",
  ],
  [
    "2026-03-01 10:00:02 12 [ERROR] mysqld: Out of memory",
    "2026-03-01T10:00:02.000Z",
    "ERROR",
    null,
    "mysqld: Out of memory",
  ],
  ["260301 10:00:02 [ERROR] mysqld: Out of memory", "2026-03-01T10:00:02.000Z", "ERROR", null, "mysqld: Out of memory"],
  [
    "2026-03-01 10:00:02.123456+01:00 [error] <0.123.0> closing AMQP connection",
    "2026-03-01T09:00:02.123Z",
    "error",
    null,
    "closing AMQP connection",
  ],
  [
    "2026-03-01 10:00:02.123 [error] <0.123.0>@rabbit_reader:foo:12 closing AMQP connection",
    "2026-03-01T10:00:02.123Z",
    "error",
    null,
    "@rabbit_reader:foo:12 closing AMQP connection",
  ],
  ["=ERROR REPORT==== 1-Mar-2026::10:00:02 ===", "2026-03-01T10:00:02.000Z", "ERROR", null, "==="],
  [
    "[2026-03-01 10:00:02,123: ERROR/ForkPoolWorker-1] Task foo raised",
    "2026-03-01T10:00:02.123Z",
    "ERROR",
    null,
    "Task foo raised",
  ],
  [
    "[2026-03-01T10:00:02.123+0000] {taskinstance.py:1823} ERROR - Task failed with exception",
    "2026-03-01T10:00:02.123Z",
    "ERROR",
    "taskinstance.py:1823",
    "Task failed with exception",
  ],
  [
    "[2026-03-01T10:00:02Z ERROR shop::cart] card declined",
    "2026-03-01T10:00:02.000Z",
    "ERROR",
    "shop::cart",
    "card declined",
  ],
  [
    "2026-03-01T10:00:02.000000Z ERROR shop::cart: card declined",
    "2026-03-01T10:00:02.000Z",
    "ERROR",
    "shop::cart",
    "card declined",
  ],
  [
    "2026-03-01T10:00:02.000000Z  INFO shop::cart::db: ok id=7",
    "2026-03-01T10:00:02.000Z",
    "INFO",
    "shop::cart::db",
    "ok id=7",
  ],
  [
    "[2026-03-01][10:00:02][shop::cart][ERROR] card declined",
    "2026-03-01T10:00:02.000Z",
    "ERROR",
    null,
    "card declined",
  ],
  ["[10:00:02 ERR] Card declined", "2026-03-01T10:00:02.000Z", "ERR", null, "Card declined"],
  ["2026-03-01 10:00:02.123 +01:00 [ERR] Card declined", "2026-03-01T09:00:02.123Z", "ERR", null, "Card declined"],
  [
    "2026-03-01 10:00:02.1234|ERROR|Shop.Pay|Card declined",
    "2026-03-01T10:00:02.123Z",
    "ERROR",
    "Shop.Pay",
    "Card declined",
  ],
  [
    "2026-03-01 10:00:02,123 [7] ERROR Shop.Pay - Card declined",
    "2026-03-01T10:00:02.123Z",
    "ERROR",
    "Shop.Pay",
    "Card declined",
  ],
  ["fail: Shop.Pay[0]", null, "fail", null, "fail: Shop.Pay[0]"],
  [
    "2026-03-01 10:00:02 fail: Shop.Pay[0] Card declined",
    "2026-03-01T10:00:02.000Z",
    "fail",
    null,
    "Shop.Pay[0] Card declined",
  ],
  [
    "E, [2026-03-01T10:00:02.252482 #23] ERROR -- : card declined",
    "2026-03-01T10:00:02.252Z",
    "ERROR",
    null,
    "card declined",
  ],
  [
    "I, [2026-07-11T21:14:20.252482 #23]  INFO -- : [3fabee1b-0905-45b4-ad84-0b05c10e47cf] method=POST path=/invoices",
    "2026-07-11T21:14:20.252Z",
    "INFO",
    null,
    "method=POST path=/invoices",
  ],
  [
    "[2026-03-01 10:00:02 +0100] [1234] [ERROR] Worker (pid:12) was sent SIGKILL!",
    "2026-03-01T09:00:02.000Z",
    "ERROR",
    null,
    "Worker (pid:12) was sent SIGKILL!",
  ],
  [
    "2026-03-01 10:00:02.123 | ERROR    | shop.pay:charge:31 - card declined",
    "2026-03-01T10:00:02.123Z",
    "ERROR",
    null,
    "shop.pay:charge:31 - card declined",
  ],
  [
    "2026-03-01 10:00:02 [error    ] card declined                  order=7",
    "2026-03-01T10:00:02.000Z",
    "error",
    null,
    "card declined                  order=7",
  ],
  [
    "2026-03-01 10:00:02.123456 W | etcdserver: failed to send out heartbeat on time",
    "2026-03-01T10:00:02.123Z",
    "warn",
    null,
    "etcdserver: failed to send out heartbeat on time",
  ],
  [
    "[Mar  1 10:00:02] ERROR[1234][C-0001] chan_sip.c: Peer is gone",
    "2026-03-01T10:00:02.000Z",
    "ERROR",
    "chan_sip.c",
    "Peer is gone",
  ],
  [
    "2026.03.01 10:00:02.123456 [ 77 ] {abc-def} <Error> executeQuery: Code: 241. DB::Exception",
    "2026-03-01T10:00:02.123Z",
    "Error",
    "executeQuery",
    "Code: 241. DB::Exception",
  ],
  [
    "10:00:02,123 ERROR [org.jboss.as] (MSC service thread 1-3) WFLYCTL0013: Operation failed",
    "2026-03-01T10:00:02.123Z",
    "ERROR",
    null,
    "WFLYCTL0013: Operation failed",
  ],
  [
    "<Mar 1, 2026 10:00:02 AM CET> <Error> <Deployer> <BEA-149205> <Failed to initialize>",
    "2026-03-01T09:00:02.000Z",
    "Error",
    null,
    "<Deployer> <BEA-149205> <Failed to initialize>",
  ],
  [
    "####<Mar 1, 2026 10:00:02 AM CET> <Error> <Deployer> <BEA-149205> <Failed to initialize>",
    "2026-03-01T09:00:02.000Z",
    "Error",
    null,
    "<Deployer> <BEA-149205> <Failed to initialize>",
  ],
  [
    "[3/1/26 10:00:02:123 CET] 0000001a ServletWrapper E   SRVE0068E: Uncaught exception",
    "2026-03-01T09:00:02.123Z",
    "error",
    null,
    "SRVE0068E: Uncaught exception",
  ],
  ["<34>Mar  1 10:11:12 web1 sshd[12]: slow disk", "2026-03-01T10:11:12.000Z", "crit", "sshd[12]", "slow disk"],
  ["<11>1 2026-03-01T10:11:12.003Z web1 su 77 ID47 - slow disk", "2026-03-01T10:11:12.003Z", "err", "su", "slow disk"],
  [
    "Mar  1 10:11:12 web1 kernel: [12345.678901] Out of memory: Killed process 12 (java)",
    "2026-03-01T10:11:12.000Z",
    null,
    "kernel",
    "Out of memory: Killed process 12 (java)",
  ],
  [
    "2026-03-01T10:11:12+01:00 web1 kernel: Out of memory: Killed process 12 (java)",
    "2026-03-01T09:11:12.000Z",
    null,
    "kernel",
    "Out of memory: Killed process 12 (java)",
  ],
  [
    "2026-03-01T10:11:12.123456+01:00 web1 sshd[12]: Failed password",
    "2026-03-01T09:11:12.123Z",
    null,
    "sshd[12]",
    "Failed password",
  ],
  [
    "Sun 2026-03-01 10:11:12 CET web1 shop.service[12]: started",
    "2026-03-01T09:11:12.000Z",
    null,
    "shop.service[12]",
    "started",
  ],
  ["1772359201.123456 web1 shop[12]: started", "2026-03-01T10:00:01.123Z", null, "shop[12]", "started"],
  [
    "[12345.678901] usb 1-1: device not accepting address",
    "1970-01-01T03:25:45.678Z", // since the start: no date
    null,
    "kernel",
    "usb 1-1: device not accepting address",
  ],
  [
    '2026-03-01T10:00:02.123456+00:00 heroku[router]: at=error code=H12 desc="Request timeout" method=GET path="/"',
    "2026-03-01T10:00:02.123Z",
    null,
    "heroku[router]",
    'at=error code=H12 desc="Request timeout" method=GET path="/"',
  ],
  [
    "2026-03-01T10:00:02.123456+00:00 app[web.1]: ERROR card declined",
    "2026-03-01T10:00:02.123Z",
    "ERROR",
    "app[web.1]",
    "card declined",
  ],
  [
    "Error\t3/1/2026 10:00:02 AM\tApplication Error\t1000\t(100)\tFaulting application",
    "2026-03-01T10:00:02.000Z",
    "Error",
    null,
    "Application Error\t1000\t(100)\tFaulting application",
  ],
  ["3/1/2026 10:00:02 PM Error card declined", "2026-03-01T22:00:02.000Z", "Error", null, "card declined"],
  [
    "2026-03-01T10:00:02.123Z\t8a7b6c5d-1111-2222-3333-444455556666\tERROR\tcard declined",
    "2026-03-01T10:00:02.123Z",
    "ERROR",
    null,
    "card declined",
  ],
  [
    "[WARNING] 060/100002 (1234) : Server be/s1 is DOWN",
    "2026-03-01T10:00:02.000Z",
    "WARNING",
    null,
    "Server be/s1 is DOWN",
  ],
  [
    "2026-03-01 10:00:02.12 spid51      Error: 18456, Severity: 14, State: 5.",
    "2026-03-01T10:00:02.120Z",
    null,
    "spid51",
    "Error: 18456, Severity: 14, State: 5.",
  ],
  [
    "INFO  [main] 2026-03-01 10:00:02,123 Server.java:156 - ready",
    "2026-03-01T10:00:02.123Z",
    "INFO",
    "Server.java:156",
    "ready",
  ],
  [
    "ERROR [ReadStage-2] 2026-03-01 10:00:02,123 CassandraDaemon.java:228 - Exception in thread",
    "2026-03-01T10:00:02.123Z",
    "ERROR",
    "CassandraDaemon.java:228",
    "Exception in thread",
  ],
  ["E/ActivityManager( 123): ANR in com.shop", null, "error", null, "E/ActivityManager( 123): ANR in com.shop"],
  ["INFO[0012] listening on :80", null, "INFO", null, "INFO[0012] listening on :80"],
  [
    'ERRO[0013] cannot bind                    error="in use"',
    null,
    "ERRO",
    null,
    'ERRO[0013] cannot bind                    error="in use"',
  ],
  [
    "03-05 10:11:12.345  1702  2395 D DiskManager: slow disk",
    "2026-03-05T10:11:12.345Z",
    "debug",
    "DiskManager",
    "slow disk",
  ],
  [
    "2026-03-01T10:00:02.123Z info hostd[123] [Originator@6876 sub=Vimsvc] foo",
    "2026-03-01T10:00:02.123Z",
    "info",
    null,
    "hostd[123] [Originator@6876 sub=Vimsvc] foo",
  ],
  [
    '2026-03-01T10:00:02.123Z stdout F E0301 10:19:01.123456    4727 pod_workers.go:1300] "Error syncing pod, skipping"',
    "2026-03-01T10:00:02.123Z",
    "error",
    "pod_workers.go:1300",
    '"Error syncing pod, skipping"',
  ],
  [
    '2026-03-01T10:00:02.123Z stderr F {"level":"error","msg":"x"}',
    "2026-03-01T10:00:02.123Z",
    null,
    null,
    '{"level":"error","msg":"x"}',
  ],
  [
    "2026-03-01T10:00:02.123Z stdout F 2026-03-01 10:00:02.123 CET ERROR a.b.C: boom",
    "2026-03-01T10:00:02.123Z",
    "ERROR",
    "a.b.C",
    "boom",
  ],
  [
    'caddy-1  | {"level":"error","ts":1772359201.5,"logger":"http","msg":"dial failed","error":"connection refused"}',
    null,
    null,
    null,
    '{"level":"error","ts":1772359201.5,"logger":"http","msg":"dial failed","error":"connection refused"}',
  ],
  [
    "web-1    | 2026-03-01T10:00:02.123Z ERROR cart failed id=7",
    "2026-03-01T10:00:02.123Z",
    "ERROR",
    null,
    "cart failed id=7",
  ],
  [
    "[pod/orders-7f9dd8b6c4-x7gr9/orders] 2026-03-01T10:00:03.123Z ERROR cart failed id=8",
    "2026-03-01T10:00:03.123Z",
    "ERROR",
    null,
    "cart failed id=8",
  ],
  [
    "orders-7f9dd8b6c4-x7gr9 orders 2026-03-01T10:00:04.123Z ERROR cart failed id=9",
    "2026-03-01T10:00:04.123Z",
    "ERROR",
    null,
    "cart failed id=9",
  ],
  ["redis  | 1:M 01 Mar 2026 10:16:58.181 * Ready", "2026-03-01T10:16:58.181Z", "notice", null, "Ready"],
  ["shop_web.1.abcdefghijk@node1    | 2026-03-01 10:00:02 ERROR x", "2026-03-01T10:00:02.000Z", "ERROR", null, "x"],
  ["0|web  | 2026-03-01 10:00:02 ERROR x", "2026-03-01T10:00:02.000Z", "ERROR", null, "x"],
  ["shop/orders-7f9dd8b6c4-x7gr9[orders]: ERROR boom", null, null, null, "ERROR boom"],
  [
    "Connection error: Max retries exceeded - Time: 2026-03-01 13:14:40",
    "2026-03-01T13:14:40.000Z",
    null,
    null,
    "Connection error: Max retries exceeded - Time: 2026-03-01 13:14:40",
  ],
  ["Certificate expires 2026-03-01 13:14:40", null, null, null, "Certificate expires 2026-03-01 13:14:40"],
  [
    "2025-07-10T14:08:23.598Z  INFO 1 --- [nio-8080-exec-2] i.p.account.profile.ProfileController    : Profile C7261 loaded",
    "2025-07-10T14:08:23.598Z",
    "INFO",
    "i.p.account.profile.ProfileController",
    "Profile C7261 loaded",
  ],
  [
    "[2025-07-10 14:08:39,478] INFO [LocalLog partition=n-3, dir=/var/lib/kafka/data] Rolled new log segment",
    "2025-07-10T14:08:39.478Z",
    "INFO",
    null,
    "Rolled new log segment",
  ],
  ["Mar 1, 2026, 10:00:02 AM com.acme.App main", "2026-03-01T10:00:02.000Z", null, null, "com.acme.App main"],
  ["Sun, 01 Mar 2026 10:00:02 GMT card declined", "2026-03-01T10:00:02.000Z", null, null, "card declined"],
  ["Sun Mar  1 10:00:02 CET 2026 card declined", "2026-03-01T09:00:02.000Z", null, null, "card declined"],
  ["01.03.2026 10:00:02 ERROR card declined", "2026-03-01T10:00:02.000Z", "ERROR", null, "card declined"],
  ["01-MAR-26 10.00.02.123456 AM card declined", "2026-03-01T10:00:02.123Z", null, null, "card declined"],
  [
    "[E 260301 10:00:02 web:123] Uncaught exception",
    "2026-03-01T10:00:02.000Z",
    "error",
    "web:123",
    "Uncaught exception",
  ],
  ["2026-03-01 10:00:02 error: card declined", "2026-03-01T10:00:02.000Z", "error", null, "card declined"],
  ["2026-03-01T10:00:02.000Z warn: low stock", "2026-03-01T10:00:02.000Z", "warn", null, "low stock"],
  [
    "01-Mar-2026 10:00:02.123 general: error: zone shop/IN failed",
    "2026-03-01T10:00:02.123Z",
    "error",
    null,
    "zone shop/IN failed",
  ],
  ["Mar 01 10:00:02 imap(ann): Error: disk quota", "2026-03-01T10:00:02.000Z", "Error", "imap(ann)", "disk quota"],
  [
    'Mar  1 10:00:02 web1 dockerd[12]: time="2026-03-01T10:00:02Z" level=error msg="boom"',
    "2026-03-01T10:00:02.000Z",
    null,
    "dockerd[12]",
    'time="2026-03-01T10:00:02Z" level=error msg="boom"',
  ],
  [
    '[GIN] 2026/03/01 - 10:00:02 | 500 |     1.234ms |  10.0.0.1 | GET      "/cart"',
    "2026-03-01T10:00:02.000Z",
    "error",
    "1.234ms",
    '10.0.0.1 | GET      "/cart"',
  ],
  ["[error] 2026/03/01 10:00:02 x failed", "2026-03-01T10:00:02.000Z", "error", null, "x failed"],
  ["2026-03-01T10:00Z INFO hi", "2026-03-01T10:00:00.000Z", "INFO", null, "hi"],
  [
    "[2026-03-01T10:00:02.123+0100][info ][gc] GC(12) Pause Young",
    "2026-03-01T09:00:02.123Z",
    "info",
    null,
    "GC(12) Pause Young",
  ],
  ["[0.123s][info ][gc] GC(12) Pause Young", null, "info", null, "[0.123s][info ][gc] GC(12) Pause Young"],
  ["[ERROR] foo failed", null, "ERROR", null, "[ERROR] foo failed"],
  ["2026-03-01T10:00:00+01:00[Europe/Berlin] INFO x", "2026-03-01T09:00:00.000Z", "INFO", null, "x"],
  ['2026-03-01T10:00:02.123Z {app="cart"} x', "2026-03-01T10:00:02.123Z", null, null, '{app="cart"} x'],
];

function headerOf(line: string, referenceMs: number | null = Date.UTC(2026, 2, 1, 12)) {
  const reader = new HeaderReader(referenceMs);
  const bytes = Buffer.from(line);
  const hasHeader = reader.read(bytes, 0, bytes.length);
  const { ms, level, logger, isDetail, host, service, pod } = reader;
  const time = Number.isNaN(ms) ? null : new Date(ms).toISOString();
  return {
    hasHeader,
    time,
    level,
    logger,
    isDetail,
    host,
    service,
    pod,
    message: bytes.subarray(reader.messageStart).toString(),
  };
}

it.each(LINES)("reads %s", (line, time, level, logger, message) => {
  expect(headerOf(line)).toMatchObject({ time, level, logger, message, hasHeader: time !== null });
});

it.each([
  ["web-1    | ready", "web", "web-1"],
  ["shop-db-1  | ready", "shop-db", "shop-db-1"],
  ["shop_web_1 | ready", "shop_web", "shop_web_1"],
  ['caddy  | {"level":"info"}', "caddy", null],
  ["shop_web.1.abcdefghijk@node1    | ready", "shop_web", "shop_web.1.abcdefghijk@node1"],
  ["2|worker  | ready", "worker", null],
  ["[pod/orders-7f9dd8b6c4-x7gr9/orders] ready", "orders", "orders-7f9dd8b6c4-x7gr9"],
  ["[pod/redis-0/redis] ready", "redis", "redis-0"],
  ["[orders-7f9dd8b6c4-x7gr9] ready", "orders", "orders-7f9dd8b6c4-x7gr9"],
  ["orders-7f9dd8b6c4-x7gr9 orders ready", "orders", "orders-7f9dd8b6c4-x7gr9"],
  ['redis-0 redis {"a":1}', "redis", "redis-0"],
  ["shop/orders-7f9dd8b6c4-x7gr9[orders]: ready", "orders", "orders-7f9dd8b6c4-x7gr9"],
])("names the service and the pod of %s", (line, service, pod) => {
  expect(headerOf(line)).toMatchObject({ service, pod });
});

it.each([
  "name | value",
  "| id | name |",
  "ERROR | disk full",
  "cart-page shows 7 items",
  "pre-order of user 7",
  "read-only mode is on",
  "[main] ready",
])("reads no prefix in %s", (line) => {
  expect(headerOf(line)).toMatchObject({ service: null, pod: null });
});

it("completes a date without a year from the alarm, across New Year", () => {
  const janFirst = Date.UTC(2026, 0, 1, 1);
  expect(headerOf("Dec 31 23:59:58 web1 app[1]: x", janFirst).time).toBe("2025-12-31T23:59:58.000Z");
  expect(headerOf("I0101 00:00:02.000000 1 a.go:1] x", Date.UTC(2025, 11, 31, 23)).time).toBe(
    "2026-01-01T00:00:02.000Z",
  );
  expect(headerOf("23:59:58 ERROR x", janFirst).time).toBe("2025-12-31T23:59:58.000Z");
  expect(headerOf("Feb 29 10:00:00 web1 app[1]: x", Date.UTC(2025, 0, 5)).time).toBe("2024-02-29T10:00:00.000Z");
});
it("completes a date without a year from the complete dates of the same log, before the alarm", () => {
  const reader = new HeaderReader(Date.UTC(2026, 2, 1));
  const timeOf = (line: string) => {
    const bytes = Buffer.from(line);
    reader.read(bytes, 0, bytes.length);
    return new Date(reader.ms).toISOString();
  };
  timeOf("2021-07-01T10:00:00Z INFO x");
  expect(timeOf("Jul  2 10:00:00 web1 app[1]: x")).toBe("2021-07-02T10:00:00.000Z");
});
it("places a day without a year at most a month after the reference", () => {
  const march = Date.UTC(2026, 2, 1);
  expect(headerOf("Mar 20 10:00:00 web1 app[1]: x", march).time).toBe("2026-03-20T10:00:00.000Z");
  expect(headerOf("Nov  3 10:00:00 web1 app[1]: x", march).time).toBe("2025-11-03T10:00:00.000Z");
});
it("takes the order of day and month from the line that tells it", () => {
  const reader = new HeaderReader(null);
  const timeOf = (line: string) => {
    const bytes = Buffer.from(line);
    reader.read(bytes, 0, bytes.length);
    return new Date(reader.ms).toISOString();
  };
  expect(timeOf("03/01/2026 10:00:00 ERROR x")).toBe("2026-03-01T10:00:00.000Z");
  expect(timeOf("28/02/2026 10:00:00 ERROR x")).toBe("2026-02-28T10:00:00.000Z");
  expect(timeOf("01/03/2026 10:00:00 ERROR x")).toBe("2026-03-01T10:00:00.000Z");
});
it.each([
  ["CET", "09:00"],
  ["CEST", "08:00"],
  ["EST", "15:00"],
  ["PDT", "17:00"],
  ["JST", "01:00"],
  ["IST", "04:30"],
  ["BST", "09:00"],
  ["MSK", "07:00"],
  ["AEST", "00:00"],
  ["UTC", "10:00"],
  ["GMT+2", "08:00"],
  ["UTC-05:30", "15:30"],
  ["America/New_York", "15:00"],
  ["+02", "08:00"],
])("reads the zone %s", (zone, clock) => {
  expect(headerOf(`2026-03-01 10:00:00.000 ${zone} [77] LOG:  ready`).time?.slice(11, 16)).toBe(clock);
});
