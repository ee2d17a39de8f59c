import { type Abnormal, type Knows, shortened } from "../abnormal.ts";
import type { Names } from "../names.ts";
import type { ClusterState } from "../state.ts";
import { isUnready } from "./pods.ts";

const WAITING = /ErrImagePull|ImagePullBackOff|InvalidImageName|ErrImageNeverPull|ImageInspectError/;

/** Reasons why an image cannot be pulled, by the message of the registry or the network; the first match counts. */
const WHY: readonly { words: RegExp; unless?: RegExp; says: string; cause: string }[] = [
  {
    words: /no match(ing manifest)? for|no matching manifest/i,
    says: "the image is built for another CPU architecture",
    cause: "image_architecture_wrong",
  },
  {
    words: /toomanyrequests|rate limit|\b429\b/i,
    says: "the registry limits the rate of pulls",
    cause: "image_pull_rate_limited",
  },
  {
    words: /x509|certificate signed by unknown authority|tls: failed to verify/i,
    says: "the node does not trust the registry's certificate",
    cause: "image_registry_untrusted",
  },
  {
    words: /no space left on device/i,
    says: "the node's disk is full",
    cause: "image_pull_disk_full",
  },
  {
    words: /ErrImageNeverPull|pull policy of Never/i,
    says: "the image is not on the node, and the pull policy forbids pulling it",
    cause: "image_never_pulled",
  },
  {
    words: /no such host|server misbehaving|name resolution|lookup \S+ on/i,
    says: "the registry's name does not resolve",
    cause: "image_registry_unresolved",
  },
  {
    words: new RegExp(
      "Unable to retrieve some image pull secrets|failed to authorize|unauthorized|authentication required" +
        "|anonymous token|access denied|no basic auth credentials",
      "i",
    ),
    says: "the registry rejects the credentials, or the pull secret is missing",
    cause: "image_pull_secret_missing",
  },
  {
    words: new RegExp(
      "not ?found|manifest unknown|invalid reference|couldn't parse image|InvalidImageName|does not exist" +
        "|unexpected status",
      "i",
    ),
    // a registry denies that a private image exists
    unless: /may require|authoriz|denied|anonymous token|image pull secret/i,
    says: "the image does not exist",
    cause: "image_reference_wrong",
  },
  {
    words: /timeout|connection refused|no route|unreachable|EOF|deadline exceeded/i,
    says: "the registry is unreachable",
    cause: "image_registry_unreachable",
  },
];

/** Finds pods that wait for an image, and the reason. */
export function judgeImages({ pods }: ClusterState, names: Names, knows: Knows): Abnormal[] {
  return pods.flatMap((pod): Abnormal[] => {
    const failures = pod.events.filter(
      ({ warning, reason, message }) =>
        warning && (message.startsWith("Failed to pull image") || reason === "FailedToRetrieveImagePullSecret"),
    );
    const waits = WAITING.test(pod.status) || pod.containers.some(({ state }) => state !== null && WAITING.test(state));
    if (!isUnready(pod) || (!waits && failures.length === 0)) return [];
    // events are kept for an hour only
    const stated = pod.containers.flatMap(({ state, stateMessage }) =>
      state !== null && WAITING.test(state) ? (stateMessage ?? []) : [],
    );
    const messages = [...failures.map(({ message }) => message), ...stated, pod.status].join(" ");
    const why = WHY.find(
      ({ words, unless, cause }) => knows(cause) && words.test(messages) && unless?.test(messages) !== true,
    );
    const entity = names.ofPod(pod);
    const image = /(?:Failed to pull|Back-off pulling) image "([^"]+)"/.exec(messages)?.[1] ?? null;
    return [
      {
        kind: "cluster.image-pull",
        entity,
        source: pod.source,
        strength: 5,
        ...(why === undefined ? {} : { cause: why.cause }),
        summary: `${entity.id}: an image cannot be pulled: ${why?.says ?? "no reason is recorded"}`,
        facts: {
          pod: pod.name,
          reason: pod.status,
          image,
          message: shortened(failures[0]?.message ?? stated[0] ?? pod.status),
        },
      },
    ];
  });
}
