/** Shorter names (`a`, `db`) occur in too many sentences to mean the service. */
const MIN_NAME = 4;
const WORDS = /[\p{L}\p{N}][\p{L}\p{N}_.-]*/gu;
/** Fields with the name of the computer that wrote the line: no mention of another. `host=` may name the other end. */
const OWN_PLACE = /["']?\b(?:machine_?name|host_?name|computer_?name|node_?name)["']?\s?[:=]\s?["']?[\w.-]{1,200}/gi;

/** Finds the names of other services in a line. The names come from the records themselves. */
export class Mentions {
  private readonly serviceOfName = new Map<string, string>();

  /** @param pods maps each pod name to its service. */
  constructor(services: Iterable<string>, pods: ReadonlyMap<string, string>) {
    for (const [pod, service] of pods) this.serviceOfName.set(pod, service);
    for (const service of services)
      if (service.length >= MIN_NAME && service !== "unknown") this.serviceOfName.set(service, service);
  }

  /** @returns the first known service in `text` other than `self`. */
  find(text: string, self: string): string | null {
    for (const [word] of text.replaceAll(OWN_PLACE, " ").matchAll(WORDS))
      for (const name of namesIn(word)) {
        const service = this.serviceOfName.get(name);
        if (service === self) break; // its own dotted name holds no other
        if (service !== undefined) return service;
      }
    return null;
  }
}

/**
 * `orders.prod.svc` as a whole, then its parts: service names may hold dots, and addresses begin with a service name.
 */
function namesIn(word: string): string[] {
  const whole = word.replace(/[._-]+$/, "");
  return whole.includes(".") ? [whole, ...whole.split(".")] : [word, whole];
}
