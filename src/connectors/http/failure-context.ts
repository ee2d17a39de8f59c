/**
 * The settings a hint names, for example `QDRANT_URL` and `QDRANT_API_KEY`. `authorities`: the CA file.
 * `clientCertificate`: its file and that of its key.
 */
export type SettingNames = {
  address: string;
  credentials?: string;
  authorities?: string;
  clientCertificate?: string;
};

/** The parts of every message. `at`: method and redacted address. */
export type FailureContext = {
  label: string;
  at: string;
  settings: SettingNames;
  secrets: readonly string[];
  /** True if the client shows a certificate of its own. */
  hasClientCertificate: boolean;
  timeouts: { connectMs: number; headersMs: number; bodyMs: number; totalMs: number };
};
