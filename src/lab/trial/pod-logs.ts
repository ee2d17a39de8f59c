import { appendFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import type { ContainerLine, ContainerStart } from "../cluster/pod-runtime.ts";

/**
 * Writes the lines of containers to files as a container runtime does: `<namespace>_<pod>_<uid>/<container>/<n>.log`
 * with lines in the CRI format.
 *
 * @see https://github.com/kubernetes/design-proposals-archive/blob/main/node/kubelet-cri-logging.md
 */
export function podLogs(folder: string): (start: ContainerStart, line: ContainerLine) => void {
  const made = new Set<string>();
  return ({ pod, container, attempt }, { timeMs, text }) => {
    const { namespace = "", name = "", uid = "" } = pod.metadata ?? {};
    const within = join(folder, "pods", `${namespace}_${name}_${uid}`, container.name);
    if (!made.has(within)) mkdirSync(within, { recursive: true });
    made.add(within);
    appendFileSync(join(within, `${attempt}.log`), `${new Date(timeMs).toISOString()} stdout F ${text}\n`);
  };
}
