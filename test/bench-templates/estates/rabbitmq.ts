import { type Estate, statementsOf } from "./estate.ts";

export const rabbitmq: Estate = {
  name: "rabbitmq",
  slots: {
    vhost: "/|orders|billing|mail|/staging",
    user: "guest|shop|billing_worker|monitor|admin|exporter|svc-mail",
    queue: "orders.created|orders.paid|mail|mail.dead-letter|invoice_q|amq.gen-JzTY20BRgKO|retry.5s|audit",
    node: "rabbit@mq-0|rabbit@mq-1|rabbit@mq-2|rabbit@ip-10-0-4-17",
    pid: "<0.912.0>|<0.13381.0>|<0.77.0>|<0.28401.12>|<0.5.0>|<0.30111.3>",
    plugin: "rabbitmq_management|rabbitmq_prometheus|rabbitmq_shovel|rabbitmq_federation|rabbitmq_web_dispatch",
    reason: "CONNECTION_FORCED|heartbeat timeout|client unexpectedly closed TCP connection|{inet_error,etimedout}",
    atom: "normal|shutdown|noproc|killed|{shutdown,closed}",
    cert: "/etc/rabbitmq/ca.pem|/etc/rabbitmq/server.pem|/srv/tls/mq.crt",
    exchange: "orders|amq.topic|events|logs.fanout|dlx",
    members: "[rabbit@mq-0]|[rabbit@mq-0, rabbit@mq-1]|[rabbit@mq-0, rabbit@mq-1, rabbit@mq-2]",
    app: "rabbit|ra|osiris|syslog|amqp10_client",
  },
  statements: statementsOf(`
accepting AMQP connection {pid} ({ip}:{port} -> {ip}:{port})
connection {pid} ({ip}:{port} -> {ip}:{port}): user '{user}' authenticated and granted access to vhost '{vhost}'
closing AMQP connection {pid} ({ip}:{port} -> {ip}:{port}, vhost: '{vhost}', user: '{user}')
closing AMQP connection {pid} ({ip}:{port} -> {ip}:{port}): missed heartbeats from client, timeout: {int}s
connection {pid} ({ip}:{port} -> {ip}:{port}) has a client-provided name: {host}
Channel error on connection {pid} ({ip}:{port} -> {ip}:{port}, vhost: '{vhost}', user: '{user}'), channel {int}:
operation queue.declare caused a channel exception not_found: no queue '{queue}' in vhost '{vhost}'
operation basic.publish caused a channel exception not_found: no exchange '{exchange}' in vhost '{vhost}'
PLAIN login refused: user '{user}' - invalid credentials
memory resource limit alarm set on node {node}.
memory resource limit alarm cleared on node {node}
disk resource limit alarm set on node {node}.
Free disk space is insufficient. Free bytes: {int}. Limit: {int}
Free disk space is sufficient. Free bytes: {int}. Limit: {int}
vm_memory_high_watermark set. Memory used:{int} allowed:{int}
vm_memory_high_watermark clear. Memory used:{int} allowed:{int}
node {node} up
node {node} down: {atom}
rabbit on node {node} down
rabbit on node {node} up
Keeping {node} listeners: the node is already back
queue '{queue}' in vhost '{vhost}': became leader with members {members} in {int} ms
queue '{queue}' in vhost '{vhost}': leader {node} went down, electing among {members}
Mirrored queue '{queue}' in vhost '{vhost}': Promoting slave {pid} to master
Mirrored queue '{queue}' in vhost '{vhost}': Adding mirror on node {node}: {pid}
Starting message stores for vhost '{vhost}'
Stopping message store for vhost '{vhost}'
Message store "{hexword}/msg_store_persistent": using rabbit_msg_store_ets_index to provide index
Recovering {int} queues of type rabbit_classic_queue took {int}ms
Plugin {plugin} started, {int} listeners
Server startup complete; {int} plugins started.
Applying plugin configuration to {node}... started {int} plugins.
Statistics database started on {node}
started TCP listener on {ip}:{port}
started TLS (SSL) listener on [::]:{port}
Supervisor {pid} had child {app} started with {app}:start_link() at {pid} exit with reason {atom} in context \
child_terminated
TLS server: In state certify at ssl_handshake.erl:{int} generated SERVER ALERT: Fatal - Unknown CA
could not read certificate {cert}: enoent
Consumer {pid} of queue '{queue}' cancelled, {int} unacknowledged messages requeued
Adding vhost '{vhost}' (description: '{words}', tags: [])
`),
};
