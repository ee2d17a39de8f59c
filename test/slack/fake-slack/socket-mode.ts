import { randomUUID } from "node:crypto";
import type { Server } from "node:http";
import { type WebSocket, WebSocketServer } from "ws";
import type { Json } from "./state.ts";

export type Delivery = { acked: boolean; payload: Json | null };
type Waiting = { socket: WebSocket; resolve: (delivery: Delivery) => void };

/** Slack's side of Socket Mode: hello, envelopes, acknowledgements, reconnects. */
export function socketMode(server: Server) {
  const wss = new WebSocketServer({ server, path: "/link" });
  const waiting = new Map<string, Waiting>();
  const open = new Set<WebSocket>();
  let turn = 0;
  const giveUp = (id: string, { resolve }: Waiting): void => {
    waiting.delete(id);
    resolve({ acked: false, payload: null });
  };
  let connectWaiters: (() => void)[] = [];
  wss.on("connection", (socket) => {
    open.add(socket);
    socket.on("close", () => {
      open.delete(socket);
      for (const [id, one] of waiting) if (one.socket === socket) giveUp(id, one);
    });
    socket.on("message", (data) => {
      const { envelope_id: id, payload } = JSON.parse(String(data as Buffer)) as {
        envelope_id?: string;
        payload?: Json;
      };
      const found = id === undefined ? undefined : waiting.get(id);
      if (!found || id === undefined) return;
      waiting.delete(id);
      found.resolve({ acked: true, payload: payload ?? null });
    });
    socket.send(
      JSON.stringify({
        type: "hello",
        num_connections: open.size,
        connection_info: { app_id: "A0CAUSEWAY" },
        debug_info: { host: "fake", approximate_connection_time: 18_060 },
      }),
    );
    for (const resolve of connectWaiters) resolve();
    connectWaiters = [];
  });

  /** Sends one envelope to one of the connections, in turn. It stays unacknowledged when that connection ends. */
  function send(
    type: "events_api" | "interactive" | "slash_commands",
    payload: Json,
    retry?: { attempt: number; reason: string },
  ): Promise<Delivery> {
    const all = [...open];
    const socket = all[turn++ % Math.max(1, all.length)];
    if (!socket) return Promise.resolve({ acked: false, payload: null });
    const id = randomUUID();
    const accepts = type !== "events_api";
    return new Promise((resolve) => {
      waiting.set(id, { socket, resolve });
      socket.send(
        JSON.stringify({
          envelope_id: id,
          type,
          payload,
          accepts_response_payload: accepts,
          ...(retry ? { retry_attempt: retry.attempt, retry_reason: retry.reason } : {}),
        }),
      );
    });
  }

  return {
    send,
    connections: (): number => open.size,
    /** Resolves when another connection was made. */
    connected: (): Promise<void> => new Promise((resolve) => void connectWaiters.push(resolve)),
    /** Slack recycles the server behind a connection. */
    refresh: (): void => {
      for (const socket of open)
        socket.send(JSON.stringify({ type: "disconnect", reason: "refresh_requested", debug_info: { host: "fake" } }));
    },
    /** The network breaks. */
    cut: (): void => {
      for (const socket of open) socket.terminate();
    },
    close: (): void => {
      for (const [id, one] of waiting) giveUp(id, one);
      for (const socket of open) socket.terminate();
      wss.close();
    },
  };
}
