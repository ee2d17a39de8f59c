import { writeFile } from "node:fs/promises";

export const CONTEXT = "lab";

/** Writes a kubeconfig that only this user can read. */
export async function writeKubeconfig(
  path: string,
  settings: { url: string; cert: string; user: string; token: string; namespace: string },
): Promise<void> {
  const { url, cert, user, token, namespace } = settings;
  const config = {
    apiVersion: "v1",
    kind: "Config",
    "current-context": CONTEXT,
    clusters: [
      { name: CONTEXT, cluster: { server: url, "certificate-authority-data": Buffer.from(cert).toString("base64") } },
    ],
    users: [{ name: user, user: { token } }],
    contexts: [{ name: CONTEXT, context: { cluster: CONTEXT, user, namespace } }],
  };
  await writeFile(path, `${JSON.stringify(config, null, 2)}\n`, { mode: 0o600 });
}
