import type { CauseCard } from "../../domain/cause.ts";

/** The program itself, its secrets, or a change to it. */
export const APPLICATION_CAUSES: readonly CauseCard[] = [
  {
    id: "bad_config", title: "bad configuration rolled out", systemLevel: "Application", faultType: "Misconfiguration", entityKinds: [],
    signature: [
      { kinds: ["change.config"], about: "self", weight: 3, why: "its configuration was changed shortly before" },
      { kinds: ["log.new-template", "log.bursting-template"], words: ["config", "configuration", "invalid", "misconfigured", "unknown option", "undefined", "nan"], about: "self", weight: 1.5, why: "it complains of its configuration" },
      { kinds: ["trace.error-origin"], about: "self", weight: 0.7, why: "requests fail first in it" },
      { kinds: ["metric.shift"], family: ["error"], direction: "up", about: "self", weight: 0.5, why: "its errors rise" },
    ],
    refutedBy: "the same errors before the change, or after it is rolled back", runbooks: ["bad-rollout"],
  },
  {
    id: "bad_deploy", title: "bad version rolled out", systemLevel: "Application", faultType: "Code Defect", entityKinds: [],
    signature: [
      { kinds: ["change.deploy"], about: "self", weight: 3, why: "a new version was rolled out shortly before" },
      { kinds: ["trace.error-origin", "trace.self-time"], about: "self", weight: 0.7, why: "requests fail or wait in it" },
      { kinds: ["log.new-template", "log.bursting-template", "metric.shift"], about: "self", weight: 0.5, why: "it behaves otherwise than before" },
    ],
    refutedBy: "instances of the old version show the same", runbooks: ["bad-rollout"],
  },
  {
    id: "unhandled_exception", title: "an exception ends its work early", systemLevel: "Application", faultType: "Code Defect", entityKinds: [],
    signature: [
      { kinds: ["log.event-flow", "log.vanished-template"], about: "self", weight: 2, why: "an expected event no longer follows" },
      { kinds: ["log.new-template", "log.bursting-template"], words: ["exception", "traceback", "panic", "nullpointer", "typeerror", "stack trace", "unhandled"], about: "self", weight: 1.5, why: "it logs an exception" },
      { kinds: ["trace.error-origin"], about: "self", weight: 1, why: "requests fail first in it" },
    ],
    refutedBy: "the expected event still follows in its logs", runbooks: [],
  },
  {
    id: "wrong_return", title: "answers with an error of its own making", systemLevel: "Application", faultType: "Code Defect", entityKinds: [],
    signature: [
      { kinds: ["log.new-template", "log.bursting-template"], words: ["error", "warn", "fail", "failed", "not found", "empty", "null"], about: "self", weight: 2, why: "it logs errors that it did not log before" },
      { kinds: ["log.event-flow"], about: "self", weight: 1, why: "it takes another branch than before" },
    ],
    refutedBy: "its answers to the same requests as before", runbooks: [],
  },
  {
    id: "authentication_failure", title: "credentials refused", systemLevel: "Application", faultType: "Authentication Issue", entityKinds: [],
    signature: [
      { kinds: ["log.new-template", "log.bursting-template"], words: ["401", "403", "unauthorized", "unauthorised", "forbidden", "authentication", "credential", "credentials", "invalid token", "token rejected", "access denied", "permission denied", "not authorized", "token unknown", "token expired", "revoked", "bad signature", "api key"], about: "self", weight: 3.5, why: "it refuses credentials" },
      { kinds: ["log.new-template", "log.bursting-template"], words: ["401", "403", "unauthorized", "forbidden", "authentication failed", "access denied", "credentials"], about: "callee", weight: 1.5, why: "its callers are refused" },
      { kinds: ["trace.error-origin"], words: ["401", "403", "unauthorized", "forbidden"], about: "self", weight: 1.5, why: "requests fail in it for want of a right" },
      { kinds: ["metric.shift"], words: ["401", "403", "unauthorized", "token"], direction: "up", about: "self", weight: 2.5, why: "its refusals rise" },
    ],
    refutedBy: "the same credential is accepted when it is tried by hand", runbooks: [],
  },
  {
    id: "certificate_expired", title: "certificate expired or not trusted", systemLevel: "Application", faultType: "Authentication Issue", entityKinds: [],
    signature: [
      { kinds: ["log.new-template", "log.bursting-template"], words: ["certificate", "x509", "tls handshake", "cert_has_expired", "ssl"], about: "self", weight: 4, why: "TLS handshakes fail" },
    ],
    refutedBy: "its certificate is valid now and its chain is trusted by its callers", runbooks: [],
  },
  {
    id: "process_killed", title: "killed or crashed, and restarted", systemLevel: "Virtualization", faultType: "Operation Error", entityKinds: [],
    signature: [
      { kinds: ["metric.restart"], about: "self", weight: 2, why: "it started anew" },
      { kinds: ["log.new-template", "log.bursting-template"], words: ["exited", "killed", "sigkill", "sigterm", "shutting down", "restarting", "started as process", "listening on", "application started"], about: "self", weight: 1.5, why: "it logs an end or a start" },
      { kinds: ["metric.silence", "trace.silence"], about: "self", weight: 0.5, why: "it fell silent for a while" },
      { kinds: ["alert.firing"], family: ["memory"], direction: "up", about: "self", weight: 1.5, why: "its memory alert fires: it was started anew" },
      { kinds: ["alert.firing"], family: ["network"], direction: "down", about: "self", weight: 0.75, why: "its network falls silent" },
      { kinds: ["alert.firing"], family: ["log"], about: "self", weight: 1, why: "it logs what it rarely logs" },
    ],
    refutedBy: "the same process has been up since before the onset", runbooks: [],
  },
];
