import type { FailureSignature } from "./failure-signature.ts";
import { CACHE_FAILURES } from "./families/caches.ts";
import { CLOUD_STORE_FAILURES } from "./families/cloud-databases.ts";
import { CLOUD_HOST_FAILURES } from "./families/cloud-hosts.ts";
import { CONFIGURATION_FAILURES } from "./families/configuration.ts";
import { CONNECTION_FAILURES } from "./families/connections.ts";
import { COORDINATION_FAILURES } from "./families/coordination.ts";
import { DNS_FAILURES } from "./families/dns.ts";
import { GRPC_FAILURES } from "./families/grpc.ts";
import { HTTP_FAILURES } from "./families/http.ts";
import { COMPILED_FAILURES } from "./families/jvm-go-rust.ts";
import { KAFKA_FAILURES } from "./families/kafka.ts";
import { KERNEL_FAILURES } from "./families/kernel.ts";
import { KUBERNETES_FAILURES } from "./families/kubernetes.ts";
import { MONGODB_FAILURES } from "./families/mongodb.ts";
import { MYSQL_FAILURES } from "./families/mysql.ts";
import { MANAGED_FAILURES } from "./families/node-dotnet-erlang.ts";
import { ORACLE_FAILURES } from "./families/oracle.ts";
import { OS_FAILURES } from "./families/os.ts";
import { POOL_FAILURES } from "./families/pools.ts";
import { POSTGRES_FAILURES } from "./families/postgres.ts";
import { PROXY_FAILURES } from "./families/proxies.ts";
import { SCRIPT_FAILURES } from "./families/python-ruby-php.ts";
import { QUEUE_FAILURES } from "./families/queues.ts";
import { SEARCH_FAILURES } from "./families/search-stores.ts";
import { SQLSERVER_FAILURES } from "./families/sqlserver.ts";
import { STORAGE_FAILURES } from "./families/storage.ts";
import { TLS_FAILURES } from "./families/tls.ts";

/** The failure messages of common systems and libraries. */
export const FAILURE_SIGNATURES: readonly FailureSignature[] = [
  ...OS_FAILURES,
  ...CONNECTION_FAILURES,
  ...DNS_FAILURES,
  ...TLS_FAILURES,
  ...HTTP_FAILURES,
  ...GRPC_FAILURES,
  ...PROXY_FAILURES,
  ...POSTGRES_FAILURES,
  ...MYSQL_FAILURES,
  ...ORACLE_FAILURES,
  ...SQLSERVER_FAILURES,
  ...POOL_FAILURES,
  ...MONGODB_FAILURES,
  ...CACHE_FAILURES,
  ...SEARCH_FAILURES,
  ...STORAGE_FAILURES,
  ...COORDINATION_FAILURES,
  ...KAFKA_FAILURES,
  ...QUEUE_FAILURES,
  ...COMPILED_FAILURES,
  ...SCRIPT_FAILURES,
  ...MANAGED_FAILURES,
  ...CONFIGURATION_FAILURES,
  ...KERNEL_FAILURES,
  ...KUBERNETES_FAILURES,
  ...CLOUD_STORE_FAILURES,
  ...CLOUD_HOST_FAILURES,
];
