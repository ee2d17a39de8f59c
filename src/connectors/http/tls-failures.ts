import { IncidentError } from "../../domain/errors.ts";
import type { FailureContext } from "./failure-context.ts";

/** OpenSSL's and Node's names for a failed handshake, and for certificates and keys that cannot be used. */
const TLS_CODES =
  /^(?:ERR_SSL_|ERR_TLS_|ERR_OSSL_|CERT_|SELF_SIGNED|DEPTH_ZERO|UNABLE_TO_(?:GET|VERIFY)|HOSTNAME_MISMATCH|EPROTO)/;

const UNKNOWN_CA = /^(?:SELF_SIGNED|DEPTH_ZERO|UNABLE_TO_|CERT_(?:SIGNATURE_FAILURE|UNTRUSTED|REJECTED))/;
const NO_TLS = /WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|UNSUPPORTED_PROTOCOL|HTTP_REQUEST|RECORD_LAYER_FAILURE/;
const WANTS_CERTIFICATE = /ALERT_(?:CERTIFICATE_REQUIRED|HANDSHAKE_FAILURE)|PEER_DID_NOT_RETURN/;
const REFUSES_CERTIFICATE =
  /ALERT_(?:BAD_CERTIFICATE|UNKNOWN_CA|CERTIFICATE_(?:EXPIRED|UNKNOWN|REVOKED)|ACCESS_DENIED)/;
/** The names in a certificate that a message shows. */
const MAX_NAMES = 200;

type Certificate = { valid_to?: unknown; subjectaltname?: unknown };

/**
 * Says which part of a TLS connection failed: the authority, the dates or the host name of the server's certificate,
 * the client's certificate, or files that cannot be used. Null if the failure has another reason.
 *
 * @see https://nodejs.org/api/tls.html#x509-certificate-error-codes
 */
export function tlsFailure(
  { label, at, settings, hasClientCertificate }: FailureContext,
  code: string,
  cause: unknown,
): IncidentError | null {
  if (!TLS_CODES.test(code)) return null;
  const { authorities = "the CA file of this server", clientCertificate = "the client certificate" } = settings;
  const failed = (what: string, hint: string): IncidentError =>
    new IncidentError("REJECTED", `${label} ${what} (${at}, ${code})`, { hint, cause });
  if (code === "CERT_HAS_EXPIRED")
    return failed("shows a certificate that has expired", "Renew the certificate of the server, and check this clock.");
  if (code === "CERT_NOT_YET_VALID")
    return failed("shows a certificate that is not valid yet", "Check the clocks of the server and of this machine.");
  if (code === "ERR_TLS_CERT_ALTNAME_INVALID" || code === "HOSTNAME_MISMATCH")
    return failed(
      `shows a certificate for another host name${namesIn(cause)}`,
      `Set ${settings.address} to a name that the certificate holds, or renew the certificate with this name.`,
    );
  if (UNKNOWN_CA.test(code))
    return failed(
      "shows a certificate of an authority that is not trusted",
      `Set ${authorities} to the PEM file of the authority that signed it, or set NODE_EXTRA_CA_CERTS.`,
    );
  // older servers call a missing certificate a bad one
  if (WANTS_CERTIFICATE.test(code) || (REFUSES_CERTIFICATE.test(code) && !hasClientCertificate))
    return failed("wants a client certificate", `Set ${clientCertificate}.`);
  if (REFUSES_CERTIFICATE.test(code))
    return failed(
      "refuses the client certificate",
      `Check ${clientCertificate}: is it signed by an authority that the server trusts, and still valid?`,
    );
  if (NO_TLS.test(code)) return failed("does not answer with TLS", `Does ${settings.address} need http:// ?`);
  if (code.startsWith("ERR_OSSL_"))
    return new IncidentError("CONFIG", `${label}: its certificate files cannot be used (${code})`, {
      hint: `Check ${authorities} and ${clientCertificate}: they must be PEM files, and the key must belong to the certificate and have no passphrase.`,
      cause,
    });
  return failed("and this machine could not agree on TLS", `Check ${authorities} and ${clientCertificate}.`);
}

/** The names that a certificate is for, from Node's error. */
function namesIn(error: unknown): string {
  if (!(error instanceof Error)) return "";
  const { cert } = error as { cert?: Certificate };
  if (typeof cert?.subjectaltname === "string" && cert.subjectaltname !== "")
    return `, namely ${cert.subjectaltname.slice(0, MAX_NAMES)}`;
  return namesIn(error.cause);
}
