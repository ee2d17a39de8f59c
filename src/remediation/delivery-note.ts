import { oneLine } from "./one-line.ts";

/** The tool that keeps the target as it is declared elsewhere, and the application or release there. */
export type DeliveredBy = { tool: "Argo CD" | "Flux" | "Helm"; source: string | null };

/** What a person must know of a direct change to an object that a tool delivers. */
export function deliveryNote({ tool, source }: DeliveredBy): string {
  const name = source === null ? "" : ` "${oneLine(source, 80).replaceAll('"', "'")}"`;
  switch (tool) {
    case "Argo CD":
      return `Argo CD application${name} owns it and reverts a direct change: change its repository too, or pause its sync`;
    case "Flux":
      return `Flux${name} owns it and reverts a direct change: change its repository too, or suspend it meanwhile`;
    case "Helm":
      return `the Helm release${name} owns it, and its next upgrade takes a direct change back: change its values too`;
  }
}
