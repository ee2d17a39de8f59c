import { createHash } from "node:crypto";
import type { ModelMessage, ModelReply, ModelRequest } from "../domain/chat-model.ts";

/** SHA-256 in hexadecimal of the data as JSON. */
export const jsonSha256 = (data: unknown): string => createHash("sha256").update(JSON.stringify(data)).digest("hex");

export const messagesSha256 = (messages: readonly ModelMessage[]): string => jsonSha256(messages);
export const answerSha256 = ({ text, calls }: ModelReply): string => jsonSha256([text, calls]);

/**
 * Who is asked, and in whose name. `settings`: everything else that changes an answer, such as the seed.
 */
export type ReplyOwner = { tenant: string; server: string; model: string; settings: unknown };

/** Equal for two requests only if a server cannot tell them apart, and they belong to one tenant. */
export const requestSha256 = (owner: ReplyOwner, request: ModelRequest): string => jsonSha256([owner, request]);
