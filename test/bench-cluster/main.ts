import { fork } from "node:child_process";
import { once } from "node:events";
import { clusterFindings } from "../../src/cluster/findings.ts";
import { queryFor } from "../../src/domain/query.ts";
import { incidentOf } from "../cluster/tools.ts";
import { startApiServer } from "../connectors/kubernetes/api-server.ts";
import { openCluster, RANGE } from "../connectors/kubernetes/open.ts";
import { NOW } from "../connectors/kubernetes/shop-cluster.ts";
import { largeCluster } from "./large-cluster.ts";

const SIZES = { pods: 5_000, events: 20_000 };
const MEBIBYTE = 1024 * 1024;
const GOALS = { ms: 3_000, mebibytes: 500 };

if (process.argv[2] === "serve") {
  const server = await startApiServer({ objects: largeCluster(SIZES) });
  process.send?.(server.url);
} else {
  // a process of its own serves, so that its memory does not count
  const server = fork(import.meta.filename, ["serve"]);
  const [url] = (await once(server, "message")) as [string];
  const startedMs = performance.now();
  const { cluster, close } = openCluster(url);
