import type { AlertDelivery } from "./alert-event.ts";

/** The parts of a request that prove who sent it. `rawBody`: the bytes as they came, because signatures cover those. */
export type SignedRequest = { header(name: string): string | undefined; rawBody: Uint8Array };

/** A refusal gives its reason for the log. The sender only learns that it was refused. */
export type Authenticity = { isGenuine: true } | { isGenuine: false; why: string };

/** How webhooks of one kind of sender are checked and read. */
export type WebhookDoor = {
  /** `alertmanager`, `custom/<name>` … */
  source: string;
  /** Null when no secret is configured for this sender: the request then needs an API key. */
  authenticate: ((request: SignedRequest, nowMs: number) => Authenticity | Promise<Authenticity>) | null;
  /** The content type of its JSON, when that is not `application/json`. */
  contentType?: string;
  /**
   * Answers a request of an authentic sender that carries no alert, such as the confirmation of a subscription. False
   * for any other request.
   *
   * @throws {IncidentError} UNAVAILABLE, BAD_RESPONSE
   */
  greet?(payload: unknown): Promise<boolean>;
  /** @throws {IncidentError} BAD_INPUT */
  read(payload: unknown, receivedAtMs: number): AlertDelivery;
};

/** Webhook doors by the end of their path. */
export type WebhookDoors = ReadonlyMap<string, WebhookDoor>;
