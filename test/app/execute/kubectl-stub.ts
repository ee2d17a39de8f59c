import { execFileSync } from "node:child_process";
import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const programAt = (name: string): string =>
  execFileSync("bash", ["-c", `type -P ${name}`], { encoding: "utf8" }).trim();

/**
 * A kubectl that notes each call in a file and answers like a cluster with one deployment. `extra`: bash lines that run
 * before it answers; `$*` holds the call.
 */
export function writeKubectl(dir: string, { context, extra }: { context: string; extra: string }) {
  const program = join(dir, "kubectl");
  const notes = join(dir, "calls");
  const kubeconfig = join(dir, "kubeconfig");
  writeFileSync(kubeconfig, "{}\n");
  writeFileSync(
    program,
    `#!${programAt("bash")}
case "$*" in
  "config get-contexts"*) printf '%s\\n' ${context} other; exit 0 ;;
esac
printf '%s\\n' "$*" >>'${notes}'
${extra}
case "$*" in
  *"jsonpath={.kind}"*) printf Deployment ;;
  *"kubernetes\\.io/revision"*) printf 41 ;;
  *"rollout history"*) printf 'deployment.apps/x\\nREVISION  CHANGE-CAUSE\\n39        <none>\\n41        <none>\\n' ;;
  *"jsonpath={"*) printf 2 ;;
esac
`,
  );
  chmodSync(program, 0o755);
  return { program, notes, kubeconfig };
}
