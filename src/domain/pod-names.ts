/** The letters and digits of suffixes that Kubernetes makes: no vowels, no `y`, no 0, 1 and 3 (`SafeEncodeString`). */
const SAFE = "bcdfghjklmnpqrstvwxz2456789";
/**
 * The hash of a pod template: hexadecimal in older clusters. A cron job has the minute of its schedule in this place.
 */
const TEMPLATE_HASH = `(?:[a-f0-9]{6,10}|[${SAFE}]{8,10})`;

const OF_REPLICA_SET = new RegExp(`^(.+)-${TEMPLATE_HASH}-[a-z0-9]{5}$`);
const OF_STATEFUL_SET = /^(.+?)-\d{1,4}$/;
const OF_DAEMON_SET_OR_JOB = new RegExp(`^(.+)-([${SAFE}]{5})$`);
const REPLICA_SET = new RegExp(`^(.+)-${TEMPLATE_HASH}$`);

/** Words that a name may end with, though the random suffix of a pod could spell them. */
const WORDS = new Set(["http2", "pgsql", "mssql", "https", "grpcs"]);

/**
 * Reads the workload from a pod's name, as Kubernetes names pods: `<deployment>-<template hash>-<5 characters>`,
 * `<stateful set>-<ordinal>`, `<daemon set or job>-<5 characters>`. Null if the name has none of these forms.
 */
export function workloadOfPod(pod: string): string | null {
  const made = deploymentOfPod(pod) ?? OF_STATEFUL_SET.exec(pod)?.[1];
  if (made !== undefined) return made;
  const [, workload, suffix = ""] = OF_DAEMON_SET_OR_JOB.exec(pod) ?? [];
  return workload === undefined || WORDS.has(suffix) ? null : workload;
}

/** Reads the deployment from a pod's name; undefined if it does not end with a hash and five characters. */
export const deploymentOfPod = (pod: string): string | undefined => OF_REPLICA_SET.exec(pod)?.[1];

/** Reads the deployment from the name of its replica set; the name itself if it holds no hash. */
export const deploymentOfReplicaSet = (replicaSet: string): string => REPLICA_SET.exec(replicaSet)?.[1] ?? replicaSet;
