import { type PeerName, peerName } from "./peer-name.ts";

/** How callers quote an HTTP answer that states the failure of the service that gave it. */
const ANSWERS: readonly RegExp[] = [
  // `stock answered 500: …`, `inventory-svc returned HTTP 503 "…"`
  new RegExp(
    String.raw`(?:^|[\s"'\x60(:=[])([\w][\w.:-]{1,200}) (?:answered|responded|replied|returned)(?: with)?(?: an?)?` +
      String.raw`(?: http)?(?: error)?(?: status)?(?: code)?[ :]{1,2}5\d\d\b`,
    "i",
  ),
  // Feign: `[500 Internal Server Error] during [GET] to [http://stock/reserve] …`
  /\[5\d\d\b[^\]]{0,60}\] during \[\w+\] to \[(https?:\/\/[^\]\s]{2,200})\]/i,
  // `500 Server Error: … for url: http://stock:8080/reserve`
  /\b5\d\d (?:Server Error|Internal Server Error)[^\n]{0,120}? for url:? (https?:\/\/[^\s"']{2,200})/i,
];

/**
 * The service whose failing answer a message quotes; null if it quotes none. A fault in the quoted text is that of the
 * service that answered.
 */
export function answeredBy(message: string): PeerName | null {
  for (const answer of ANSWERS) {
    const name = answer.exec(message)?.[1];
    const peer = name === undefined ? null : peerName(name);
    if (peer !== null) return peer;
  }
  return null;
}
