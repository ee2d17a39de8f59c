/** Shorter names (`a`, `db`) occur in too many sentences to mean the service. */
const MIN_NAME = 4;
const WORDS = /[\p{L}\p{N}][\p{L}\p{N}_-]*/gu;

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
    for (const [word] of text.matchAll(WORDS)) {
      const service = this.serviceOfName.get(word);
      if (service !== undefined && service !== self) return service;
    }
    return null;
  }
}
