import type { V1Container, V1Pod } from "@kubernetes/client-node";
import type { Stored } from "./objects.ts";

/** Where a TCP connection can be made on this computer. */
export type NetworkAddress = { host: string; port: number };

/**
 * What a container starts with. The runtime knows what its image and its `command` and `args` mean.
 *
 * - `pod`: as the API shows it: labels, node, uid.
 * - `env`: already resolved from values, ConfigMaps, Secrets and field references.
 * - `files`: the content of each file of a mounted ConfigMap or Secret, by its absolute path in the container.
 * - `attempt`: 0 for the first start of this container in its pod.
 * - `resolve`: what the cluster's DNS and network are for this pod. It takes a host name (`cart`, `cart.shop`,
 *   `cart.shop.svc.cluster.local`) or the IP of a Service or pod, and a port of it. It gives an address to connect to,
 *   which stays the same while the pod lives and leads to whatever is behind the Service then. Where a Service has no
 *   endpoint, connections there are refused; where a NetworkPolicy forbids them, they hang, as with dropped packets.
 *   Null: the name is unknown (NXDOMAIN).
 */
export type ContainerStart = {
  pod: Stored<V1Pod>;
  node: string;
  container: Stored<V1Container>;
  env: Readonly<Record<string, string>>;
  files: Readonly<Record<string, string>>;
  attempt: number;
  resolve: (host: string, port: number) => Promise<NetworkAddress | null>;
};

/** `exitCode`: 128 + the number of the signal if one ended the process, as Kubernetes counts. */
export type ContainerExit = { exitCode: number };

export type ContainerLine = { timeMs: number; text: string };

/** A container that was started. It runs until `exited` resolves. */
export type RunningContainer = {
  /** The process that limits apply to; null if there is none. */
  pid: number | null;
  exited: Promise<ContainerExit>;
  /** Where the container really listens for a port of its own; null while it does not listen on that port. */
  address: (containerPort: number) => NetworkAddress | null;
  kill: (signal: "SIGTERM" | "SIGKILL") => void;
  /** What it wrote to standard output and standard error, oldest first. The runtime keeps the newest lines. */
  logs: () => readonly ContainerLine[];
};

/** Starts containers as processes. The kubelet of the lab's cluster calls it; the shop implements it. */
export type PodRuntime = {
  /** Whether the registry has this image. If not, the pod goes to ImagePullBackOff. */
  hasImage: (image: string) => boolean;
  /**
   * Starts a container and returns at once; it may still fail, which `exited` shows.
   *
   * @throws {Error} if it cannot be started, such as a command that is not in the image. The message is shown in the
   *   pod's status as `StartError`.
   */
  start: (start: ContainerStart) => RunningContainer;
};
