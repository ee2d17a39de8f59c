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
const print = (line: string): void => void process.stdout.write(`${line}\n`);

if (process.argv[2] === "serve") {
  const server = await startApiServer({ objects: largeCluster(SIZES) });
  process.send?.(server.url);
} else {
  // a process of its own serves, so that its memory does not count
  const server = fork(import.meta.filename, ["serve"]);
  const [url] = (await once(server, "message")) as [string];
  const startedMs = performance.now();
  const { cluster, close } = openCluster(url);
  const { data, coverage } = await cluster.query(queryFor("cluster", RANGE));
  const readMs = performance.now() - startedMs;
  const { findings, topology } = clusterFindings({
    answers: data,
    incident: { ...incidentOf(), asOfMs: NOW },
    connector: "kubernetes",
    query: "",
  });
  const totalMs = performance.now() - startedMs;
  await close();
  server.kill();
  const { user, system } = process.cpuUsage();
  const mebibytes = process.resourceUsage().maxRSS / 1024;
  const gaps = coverage.gaps.filter(({ kind }) => kind !== "not_filtered");
  const kept = data.reduce((sum, { text }) => sum + text.length, 0) / MEBIBYTE;
  print(
    `${SIZES.pods} pods, ${SIZES.events} events: read in ${readMs.toFixed(0)} ms, judged after ${totalMs.toFixed(0)} ms; ` +
      `${((user + system) / 1_000_000).toFixed(1)} s of processor time, the start of the program included`,
  );
  print(
    `${findings.length} findings, ${topology.edges.length} edges, ${kept.toFixed(0)} MiB of objects kept, ` +
      `${gaps.length} gaps`,
  );
  print(`peak memory ${mebibytes.toFixed(0)} MiB (goals: ${GOALS.ms} ms, ${GOALS.mebibytes} MiB)`);
  process.exitCode = totalMs <= GOALS.ms && mebibytes <= GOALS.mebibytes && gaps.length === 0 ? 0 : 1;
}
