import { connect } from "node:net";

export type Spoken = { status: number; text: string; body: string };

/** Writes raw bytes to a socket and reads until the server closes. `status` 0: it closed without an answer. */
export async function speak(url: string, ...pieces: readonly (string | Uint8Array)[]): Promise<Spoken> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  const read: Buffer[] = [];
  socket.on("data", (bytes: Buffer) => read.push(bytes));
  socket.on("error", () => undefined); // a server may reset the connection before it has read everything
  const closed = new Promise((resolve) => socket.once("close", resolve));
  for (const piece of pieces) if (!socket.destroyed) socket.write(piece);
  await closed;
  const text = Buffer.concat(read).toString("latin1");
  return {
    status: Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 0),
    text,
    body: text.split("\r\n\r\n").slice(1).join("\r\n\r\n"),
  };
}
