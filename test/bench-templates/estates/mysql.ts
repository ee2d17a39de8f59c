import { type Estate, statementsOf } from "./estate.ts";

export const mysql: Estate = {
  name: "mysql",
  slots: {
    user: "app|root|replica|backup|shop_ro|exporter",
    dbhost: "localhost|10.0.3.7|app-1.internal|%|ip-10-2-0-9",
    db: "shop|billing|mysql|inventory|unconnected",
    table: "shop.orders|shop.order_items|billing.invoices|inventory.stock|mysql.proc",
    tablespace: "./shop/orders.ibd|./billing/invoices.ibd|./mysql/plugin.ibd|./ibtmp1",
    binlog: "binlog.000131|binlog.000132|mysql-bin.002210|mysql-bin.002211",
    plugin: "mysqlx|keyring_file|semisync_source|validate_password|group_replication",
    why:
      "Got timeout reading communication packets|Got an error reading communication packets|" +
      "Got packets out of order",
    sql: "INSERT INTO `shop`.`orders` VALUES (17,'a')|UPDATE stock SET n = n - 1 WHERE id = 4|DELETE FROM cart",
    gtid: "3E11FA47-71CA-11E1-9E33-C80AA9429562:1-5|8a94f357-aab4-11df-86ab-c80aa9429444:77|<empty>",
    state: "ONLINE|RECOVERING|OFFLINE|ERROR",
    variable: "max_connections|innodb_buffer_pool_size|table_open_cache|sync_frm",
  },
  statements: statementsOf(`
/usr/sbin/mysqld (mysqld {version}) starting as process {int}
/usr/sbin/mysqld: ready for connections. Version: '{version}'  socket: '{path}'  port: {int}  MySQL Community \
Server - GPL.
/usr/sbin/mysqld: Shutdown complete (mysqld {version})  MySQL Community Server - GPL.
/usr/sbin/mysqld: Forcing close of thread {int}  user: '{user}'.
Received SHUTDOWN from user {user}. Shutting down mysqld (Version: {version}).
InnoDB initialization has started.
InnoDB initialization has ended.
InnoDB: Initializing buffer pool, total size = {size}, instances = {int}, chunk size = {size}
InnoDB: Completed initialization of buffer pool
InnoDB: page_cleaner: {int}ms intended loop took {int}ms. The settings might not be optimal. (flushed={int} and \
evicted={int}, during the time.)
InnoDB: Doing recovery: scanned up to log sequence number {int}
InnoDB: Starting to parse redo log at lsn = {int}, whereas checkpoint_lsn = {int}
InnoDB: {int} transaction(s) which must be rolled back or cleaned up in total {int} row operations to undo
InnoDB: Rolling back trx with id {int}, {int} rows to undo
InnoDB: Rollback of trx with id {int} completed
InnoDB: Waiting for purge to start
InnoDB: Buffer pool(s) load completed at {ts}
InnoDB: Buffer pool(s) dump completed at {ts}
InnoDB: Dumping buffer pool(s) to {path}
InnoDB: Loading buffer pool(s) from {path}
InnoDB: Log background threads are being started...
InnoDB: Operating system error number {int} in a file operation.
InnoDB: Cannot open datafile for read-only: '{tablespace}' OS error: {int}
InnoDB: Write to file {tablespace} failed at offset {int}, {int} bytes should have been written, only {int} were \
written.
InnoDB: Transaction {int} deadlock detected, dumping detailed information.
InnoDB: Setting file '{tablespace}' size to {int} MB. Physically writing the file full; Please wait ...
InnoDB: File '{tablespace}' size is now {int} MB.
InnoDB: Table {table} in tablespace {int} was discarded.
Aborted connection {int} to db: '{db}' user: '{user}' host: '{dbhost}' ({why})
Access denied for user '{user}'@'{dbhost}' (using password: YES)
Access denied for user '{user}'@'{dbhost}' (using password: NO)
Host '{dbhost}' is blocked because of many connection errors; unblock with 'mysqladmin flush-hosts'
IP address '{ip}' could not be resolved: Name or service not known
Too many connections
Plugin {plugin} reported: 'X Plugin ready for connections. Bind-address: '{ip}' port: {int}'
Plugin {plugin} reported: 'Shutdown complete'
Start binlog_dump to source_thread_id({int}) replica_server({int}), pos({binlog}, {int})
Replica SQL thread for channel '' initialized, starting replication in log '{binlog}' at position {int}, relay \
log '{path}' position: {int}
Replica I/O thread for channel '': error connecting to source '{user}@{dbhost}:{int}' - retry-time: {int} \
retries: {int} message: Can't connect to MySQL server on '{dbhost}:{int}' (111)
Replica I/O thread exiting for channel '', read up to log '{binlog}', position {int}, user: '{user}'
Unsafe statement written to the binary log using statement format since BINLOG_FORMAT = STATEMENT. Statement: {sql}
Table '{path}' is marked as crashed and should be repaired
Got error {int} when reading table '{table}'
Semi-sync replication switched OFF.
Semi-sync replication enabled on the source.
Member with address {host}:{int} has become unreachable.
Member with address {host}:{int} is reachable again.
Member state changed to {state} on {host}:{int}
Changed limits: {variable}: {int} (requested {int})
unknown variable '{variable}={int}'.
gtid_executed is {gtid} after reset
`),
};
