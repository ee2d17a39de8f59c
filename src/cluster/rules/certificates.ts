import { X509Certificate } from "node:crypto";
import { shortened } from "../abnormal.ts";
import { fieldsOf, textOf, timeOf } from "../fields.ts";
import type { KubernetesObject } from "../kubernetes-object.ts";
import type { Names } from "../names.ts";
import { conditionOf, type Found, isYoung, ofType, type Rule } from "./rule.ts";

/** When the certificate of a TLS secret ends, Unix milliseconds; null if the secret holds none. */
function endOf({ whole }: KubernetesObject): number | null {
  const encoded = textOf(fieldsOf(whole.data)["tls.crt"]);
  if (encoded === null || encoded === "") return null;
  try {
    return timeOf(new Date(new X509Certificate(Buffer.from(encoded, "base64")).validTo).toISOString());
  } catch {
    return null; // no certificate: whoever uses it says so
  }
}

const isOver = (endMs: number | null, { takenMs }: KubernetesObject): endMs is number =>
  endMs !== null && endMs < (takenMs ?? Date.now());

const expired = (object: KubernetesObject, endMs: number, names: Names, secret: string): Found => {
  const entity = names.app(object.name);
  return {
    kind: "cluster.misconfiguration",
    entity,
    source: object.source,
    strength: 5,
    summary: `${entity.id}: its certificate has expired`,
    facts: { secret, ended: new Date(endMs).toISOString() },
  };
};

/** Certificates of cert-manager and TLS secrets. Nothing of a secret but the end of its certificate is kept. */
export const CERTIFICATE_RULES: readonly Rule[] = [
  {
    cause: "certificate_expired",
    judge: (state, names) => [
      ...ofType(state, "certificates").flatMap((certificate) => {
        const endMs = timeOf(certificate.status.notAfter);
        const secret = textOf(certificate.spec.secretName) ?? "";
        return isOver(endMs, certificate) ? [expired(certificate, endMs, names, secret)] : [];
      }),
      ...ofType(state, "secrets").flatMap((secret) => {
        const endMs = endOf(secret);
        return isOver(endMs, secret) ? [expired(secret, endMs, names, secret.name)] : [];
      }),
    ],
  },
  {
    cause: "certificate_not_ready",
    judge: (state, names) =>
      ofType(state, "certificates").flatMap((certificate): Found[] => {
        const ready = conditionOf(certificate.status, "Ready");
        if (ready?.status !== "False" || isYoung(certificate)) return [];
        // the old certificate serves until its end, while a new one is made
        const endMs = timeOf(certificate.status.notAfter);
        const isStillValid = endMs !== null && !isOver(endMs, certificate);
        const entity = names.app(certificate.name);
        return [
          {
            kind: "cluster.misconfiguration",
            entity,
            source: certificate.source,
            strength: isStillValid ? 1 : 4,
            summary: `${entity.id}: its certificate is not issued`,
            facts: { reason: ready.reason, message: shortened(ready.message) },
          },
        ];
      }),
  },
];
