/** The fields of an object, unchecked: `src/cluster/` reads them. */
export type ApiObject = Record<string, unknown>;

const LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";
/** Longest text that is kept of an event. */
const MAX_MESSAGE_LENGTH = 2_000;
/** Variables whose values are addresses, hosts or ports. Other values may be passwords, and are not kept. */
const ADDRESS_NAME =
  /(HOST|HOSTNAME|PORT|ADDR|ADDRESS|URL|URI|ENDPOINT|SERVER|BROKER|SERVICE|UPSTREAM|TARGET|BACKEND)(E?S)?$/i;
/** Hosts with or without ports, separated by commas; or a port alone. */
const HOSTS = /^(?:[\w.-]{1,253}|\[[0-9a-f:]+\])(?::\d{1,5})?(?:,[\w.-]{1,253}(?::\d{1,5})?){0,20}$/i;
/**
 * Fields that no rule reads, and that fill half of a pod. Its workload's template keeps them: a rollout may change
 * them.
 */
const UNREAD = {
  metadata: ["managedFields", "uid", "resourceVersion", "selfLink", "generateName"],
  podSpec: (
    "tolerations dnsPolicy schedulerName enableServiceLinks preemptionPolicy securityContext serviceAccount " +
    "terminationGracePeriodSeconds"
  ).split(" "),
  podStatus: ["podIP", "podIPs", "hostIP", "hostIPs", "qosClass"],
  podContainer: (
    "volumeMounts terminationMessagePath terminationMessagePolicy imagePullPolicy securityContext imageID containerID " +
    "allocatedResources user"
  ).split(" "),
  nodeStatus: ["images", "volumesAttached", "volumesInUse", "nodeInfo", "daemonEndpoints"],
} satisfies Readonly<Record<string, readonly string[]>>;
const CONTAINER_LISTS = ["initContainers", "containers", "ephemeralContainers"] as const;
const STATUS_LISTS = ["initContainerStatuses", "containerStatuses", "ephemeralContainerStatuses"] as const;

/** Objects of Flux and Argo CD. Their `spec` may hold the values of a chart, and passwords among them. */
const STATUS_ONLY: ReadonlySet<string> = new Set(["kustomizations", "helmreleases", "applications"]);

const isObject = (value: unknown): value is ApiObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const objects = (value: unknown): ApiObject[] => (Array.isArray(value) ? value.filter(isObject) : []);

/**
 * Keeps what the analysis reads of an object. Dropped: the bookkeeping of server-side apply, and every value of a
 * variable or a ConfigMap that is no address, because it may be a password. Their keys stay. Of URLs, the host stays.
 */
export function reduced(type: string, object: ApiObject): ApiObject {
  const metadata = metadataOf(object.metadata);
  if (type === "events") return reducedEvent(object, metadata);
  if (STATUS_ONLY.has(type)) return { metadata, status: object.status };
  if (type === "configmaps") {
    const { binaryData: _binary, ...rest } = object;
    return { ...rest, metadata, ...(isObject(object.data) ? { data: addressesOnly(object.data) } : {}) };
  }
  const whole = { ...object, metadata, ...(isObject(object.spec) ? { spec: withoutValues(object.spec) } : {}) };
  if (type === "pods") return reducedPod(whole);
  return type === "nodes" && isObject(object.status)
    ? { ...whole, status: without(object.status, UNREAD.nodeStatus) }
    : whole;
}

function without(object: ApiObject, keys: readonly string[]): ApiObject {
  const kept: ApiObject = {};
  for (const key of Object.keys(object)) if (!keys.includes(key)) kept[key] = object[key];
  return kept;
}

/** The lists of an object, each container without what no rule reads. Other forms stay as they are. */
const withLists = (object: ApiObject, keys: readonly string[], change: (one: ApiObject) => ApiObject): ApiObject => ({
  ...object,
  ...Object.fromEntries(
    keys.filter((key) => Array.isArray(object[key])).map((key) => [key, objects(object[key]).map(change)]),
  ),
});

function reducedPod({ spec, status, ...pod }: ApiObject): ApiObject {
  const reducedContainer = ({ env, ...container }: ApiObject): ApiObject => ({
    ...without(container, UNREAD.podContainer),
    // a name alone says nothing: its template keeps it
    ...(Array.isArray(env) ? { env: objects(env).filter((one) => Object.keys(one).length > 1) } : {}),
  });
  return {
    ...pod,
    ...(isObject(spec) ? { spec: withLists(without(spec, UNREAD.podSpec), CONTAINER_LISTS, reducedContainer) } : {}),
    ...(isObject(status)
      ? { status: withLists(without(status, UNREAD.podStatus), STATUS_LISTS, reducedContainer) }
      : {}),
  };
}

function metadataOf(value: unknown): ApiObject {
  if (!isObject(value)) return {};
  const metadata = without(value, UNREAD.metadata);
  if (!isObject(metadata.annotations)) return metadata;
  const { [LAST_APPLIED]: _applied, ...annotations } = metadata.annotations;
  return { ...metadata, annotations };
}

function reducedEvent(
  { type, reason, message, note, count, series, ...rest }: ApiObject,
  { name, namespace, creationTimestamp }: ApiObject,
): ApiObject {
  const text = message ?? note;
  const about = rest.involvedObject ?? rest.regarding;
  return {
    metadata: { name, namespace, creationTimestamp },
    involvedObject: isObject(about) ? { kind: about.kind, namespace: about.namespace, name: about.name } : undefined,
    type,
    reason,
    message: typeof text === "string" ? text.slice(0, MAX_MESSAGE_LENGTH) : undefined,
    count: count ?? rest.deprecatedCount,
    series,
    lastTimestamp: rest.lastTimestamp ?? rest.deprecatedLastTimestamp,
    eventTime: rest.eventTime,
  };
}

/** The `spec` of a pod or of what has a pod template, without the values of its variables. */
function withoutValues(spec: ApiObject): ApiObject {
  const template = isObject(spec.template) && isObject(spec.template.spec) ? spec.template : null;
  const jobTemplate = isObject(spec.jobTemplate) && isObject(spec.jobTemplate.spec) ? spec.jobTemplate : null;
  return {
    ...withLists(spec, CONTAINER_LISTS, containerWithoutValues),
    ...(template === null ? {} : { template: { ...template, spec: withoutValues(template.spec as ApiObject) } }),
    ...(jobTemplate === null
      ? {}
      : { jobTemplate: { ...jobTemplate, spec: withoutValues(jobTemplate.spec as ApiObject) } }),
  };
}

function containerWithoutValues(container: ApiObject): ApiObject {
  if (!Array.isArray(container.env)) return container;
  const env = objects(container.env).map(({ value, ...variable }) => {
    const address = addressOf(variable.name, value);
    return address === null ? variable : { ...variable, value: address };
  });
  return { ...container, env };
}

const addressesOnly = (data: ApiObject): ApiObject =>
  Object.fromEntries(Object.entries(data).map(([key, value]) => [key, addressOf(key, value) ?? ""]));

/**
 * The hosts and ports of a value; null if it has anything else. User, path and parameters of a URL are left out: tokens
 * are found in all three.
 */
function addressOf(name: unknown, value: unknown): string | null {
  if (typeof name !== "string" || typeof value !== "string" || value.length >= 500 || !ADDRESS_NAME.test(name))
    return null;
  const [, before = "", after = value] = /^((?:jdbc:)?[a-z][a-z0-9+.:-]*:\/\/)(.*)$/is.exec(value) ?? [];
  const rest = before === "" ? after : after.replace(/^[^/@\s]*@/, "").replace(/[/?#;].*$/s, "");
  return HOSTS.test(rest) ? before + rest : null;
}
