import { type Estate, statementsOf } from "./estate.ts";

export const vaultConsul: Estate = {
  name: "vault-consul",
  slots: {
    mount: "secret/|auth/kubernetes/|pki_int/|database/|transit/|auth/approle/",
    type: "kv|kubernetes|pki|database|transit|approle",
    server: "consul-0|consul-1|consul-2|server-a.dc1|server-b.dc1",
    dc: "dc1|dc2|eu-west",
    service: "web|cart|redis|billing-api|vault|postgres",
    check: "service:web|service:redis:1|_node_check|vault:10.0.1.7:8200:vault-sealed-check|serfHealth",
    status: "passing|warning|critical",
    errs: "connection refused|i/o timeout|No cluster leader|rpc error making call: EOF|context canceled",
    lease: "auth/kubernetes/login/h7d1|database/creds/app/9Xk2|pki/issue/web/Qz1|auth/token/create/77",
    servers:
      '"[{Suffrage:Voter ID:a1 Address:10.0.1.7:8300}]"|"[]"|' +
      '"[{Suffrage:Voter ID:a1 Address:10.0.1.7:8300} {Suffrage:Nonvoter ID:b2 Address:10.0.1.8:8300}]"',
    method: "KVS.List|Health.ServiceNodes|Catalog.Register|Session.Apply|Internal.EventFire",
    key: "service/web/leader|config/cart|locks/migrate|vault/core/lock",
    token: "a0b1c2d3-1111-2222-3333-444455556666|anonymous",
    state: "Follower|Candidate|Leader",
  },
  statements: statementsOf(`
agent: Synced service: service={service}
agent: Synced check: check={check}
agent: Deregistered service: service={service}
agent: Check is now critical: check={check}
agent: Check socket connection failed: check={check} error="dial tcp {ip}:{port}: {errs}"
agent: Check missed TTL, is now critical: check={check}
agent: Check status updated: check={check} status={status}
agent: Coordinate update error: error="{errs}"
agent: Newer Consul version available: new_version={version} current_version={version}
agent.http: Request error: method=GET url=/v1/kv/{key}?index={int} from={ip}:{port} error="{errs}"
agent.server: New leader elected: payload={server}
agent.server: member joined, marking health alive: member={server} partition=default
agent.server: member failed, marking health critical: member={server} partition=default
agent.server: member left: member={server} partition=default
agent.server: deregistering member: member={server} partition=default reason=reaped
agent.server: Adding LAN server: server="{server} (Addr: tcp/{ip}:{port}) (DC: {dc})"
agent.server: Handled event for server in area: event=member-join server={server}.{dc} area=wan
agent.server.raft: entering follower state: follower="Node at {ip}:{port} [Follower]" leader-address= leader-id=
agent.server.raft: heartbeat timeout reached, starting election: last-leader-addr={ip}:{port} last-leader-id={uuid}
agent.server.raft: election won: term={int} tally={int}
agent.server.raft: pipelining replication: peer="{Voter {uuid} {ip}:{port}}"
agent.server.raft: failed to contact: server-id={uuid} time={dur}
agent.server.raft: failed to contact quorum of nodes, stepping down
agent.server.raft: failed to appendEntries to: peer="{Voter {uuid} {ip}:{port}}" error="dial tcp {ip}:{port}: \
{errs}"
agent.server.raft: initial configuration: index={int} servers={servers}
agent.server.raft: updating configuration: command=AddVoter server-id={uuid} server-addr={ip}:{port} \
servers={servers}
agent.server.raft: starting snapshot up to: index={int}
agent.server.raft: compacting logs: from={int} to={int}
agent.server.raft: snapshot complete up to: index={int}
agent.server.serf.lan: serf: EventMemberJoin: {server} {ip}
agent.server.serf.lan: serf: EventMemberFailed: {server} {ip}
agent.server.serf.lan: serf: attempting reconnect to {server} {ip}:{port}
agent.server.memberlist.lan: memberlist: Suspect {server} has failed, no acks received
agent.server.memberlist.lan: memberlist: Marking {server} as failed, suspect timeout reached ({int} peer \
confirmations)
agent.server.rpc: RPC failed to server: method={method} server={ip}:{port} error="{errs}"
agent: Requesting shutdown
core: vault is unsealed
core: vault is sealed
core: post-unseal setup starting
core: post-unseal setup complete
core: successfully mounted: type={type} version="v{version}+builtin.vault" path={mount} namespace="ID: root. Path: "
core: enabled credential backend: path={mount} type={type} version=""
core: unmounted: path={mount} namespace="ID: root. Path: "
core: acquired lock, enabling active operation
core: stopping active operation
core: security barrier not initialized
core: login attempts exceeded, user is locked out: request_path={mount}login
expiration: revoked lease: lease_id={lease}
expiration: failed to revoke lease: lease_id={lease} error="failed to revoke entry: {errs}"
expiration: lease count exceeds warning threshold: have={int} threshold={int}
expiration: collecting leases
identity: creating a new entity: alias="id:\\"{uuid}\\" canonical_id:\\"{uuid}\\" mount_type:\\"{type}\\" \
mount_path:\\"{mount}\\" name:\\"{uuid}\\""
audit: backend failed to log request: backend=file/ error="write {path}: no space left on device"
http: TLS handshake error from {ip}:{port}: EOF
http: TLS handshake error from {ip}:{port}: remote error: tls: bad certificate
rollback: attempting rollback: path={mount}
secrets.{type}.{type}_{hexword}: populating role rotation queue
`),
};
