import { type Abnormal, shortened } from "../abnormal.ts";
import type { Names } from "../names.ts";
import type { ClusterState } from "../state.ts";
import { isUnready } from "./pods.ts";

const WAITING = /ErrImagePull|ImagePullBackOff|InvalidImageName|ErrImageNeverPull|ImageInspectError/;

/** Why an image did not come, by what the registry or the way to it said; the first that matches. */
const WHY: readonly { words: RegExp; says: string }[] = [
  {
    words: /no such host|server misbehaving|name resolution|lookup \S+ on/i,
    says: "the name of its registry does not resolve",
  },
  {
    words:
      /Unable to retrieve some image pull secrets|failed to authorize|unauthorized|authentication required|anonymous token|access denied|no basic auth credentials/i,
    says: "its registry refuses the credentials, or there is no pull secret",
  },
  {
    words:
      /not ?found|manifest unknown|invalid reference|couldn't parse image|InvalidImageName|does not exist|unexpected status/i,
    says: "its image reference names nothing that exists",
  },
  { words: /timeout|connection refused|no route|unreachable|EOF/i, says: "its registry cannot be reached" },
];

/** Pods that wait for an image, and why it does not come. */
export function judgeImages({ pods }: ClusterState, names: Names): Abnormal[] {
  return pods.flatMap((pod): Abnormal[] => {
    const failures = pod.events.filter(
      ({ warning, reason, message }) =>
        warning && (message.startsWith("Failed to pull image") || reason === "FailedToRetrieveImagePullSecret"),
    );
    const waits = WAITING.test(pod.status) || pod.containers.some(({ state }) => state !== null && WAITING.test(state));
    if (!isUnready(pod) || (!waits && failures.length === 0)) return [];
    const messages = [...failures.map(({ message }) => message), pod.status].join(" ");
    const why = WHY.find(({ words }) => words.test(messages))?.says ?? "why is not told";
    const entity = names.ofPod(pod);
    const image = /Failed to pull image "([^"]+)"/.exec(messages)?.[1] ?? null;
    return [
      {
        kind: "cluster.image-pull",
        entity,
        source: pod.source,
        strength: 5,
        summary: `${entity.id}: an image cannot be pulled: ${why}`,
        facts: { pod: pod.name, reason: pod.status, image, message: shortened(failures[0]?.message ?? pod.status) },
      },
    ];
  });
}
