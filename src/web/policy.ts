/**
 * What a page may load and do: scripts, styles and requests of this server alone. No inline script or style, no frame
 * around it, no form to elsewhere. @see W3C, Content Security Policy Level 3
 */
export const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
].join("; ");
