declare module "oidc-provider" {
  import type { RequestListener } from "node:http";

  type Account = { accountId: string; claims(): Record<string, unknown> };
  /** The part of the configuration that the tests use. */
  type Configuration = {
    clients: object[];
    jwks?: object;
    claims: Record<string, readonly string[]>;
    scopes?: readonly string[];
    conformIdTokenClaims?: boolean;
    cookies?: { keys: readonly string[] };
    ttl?: Record<string, number>;
    features?: Record<string, unknown>;
    findAccount(context: unknown, id: string): Promise<Account | undefined>;
  };
  export class Provider {
    constructor(issuer: string, configuration: Configuration);
    callback(): RequestListener;
    on(event: string, listener: (...values: unknown[]) => void): this;
  }
}
