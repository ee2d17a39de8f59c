import type { CauseCard } from "../domain/cause.ts";
import { APPLICATION_CAUSES } from "./causes/application.ts";
import { KUBERNETES_ACCESS_CAUSES } from "./causes/kubernetes-access.ts";
import { KUBERNETES_LIFE_CAUSES } from "./causes/kubernetes-life.ts";
import { KUBERNETES_NODE_STATES } from "./causes/kubernetes-node-states.ts";
import { KUBERNETES_SPACE_CAUSES } from "./causes/kubernetes-space.ts";
import { KUBERNETES_START_CAUSES } from "./causes/kubernetes-starts.ts";
import { KUBERNETES_CONFIGURATION_CAUSES } from "./causes/kubernetes-configuration.ts";
import { KUBERNETES_NODE_CAUSES } from "./causes/kubernetes-nodes.ts";
import { KUBERNETES_PLACEMENT_CAUSES } from "./causes/kubernetes-placement.ts";
import { KUBERNETES_CAUSES } from "./causes/kubernetes.ts";
import { NETWORK_CAUSES } from "./causes/network.ts";
import { RESOURCE_CAUSES } from "./causes/resources.ts";
import { STORE_CAUSES } from "./causes/stores-and-queues.ts";

/** The cause catalogue. A suspect whose findings match no card has the cause `unknown`. */
export const CAUSES: readonly CauseCard[] = [
  ...RESOURCE_CAUSES,
  ...NETWORK_CAUSES,
  ...APPLICATION_CAUSES,
  ...STORE_CAUSES,
  ...KUBERNETES_CAUSES,
  ...KUBERNETES_PLACEMENT_CAUSES,
  ...KUBERNETES_NODE_CAUSES,
  ...KUBERNETES_CONFIGURATION_CAUSES,
  ...KUBERNETES_START_CAUSES,
  ...KUBERNETES_SPACE_CAUSES,
  ...KUBERNETES_NODE_STATES,
  ...KUBERNETES_ACCESS_CAUSES,
  ...KUBERNETES_LIFE_CAUSES,
];

export const causeCard = (id: string): CauseCard | undefined => CAUSES.find((card) => card.id === id);
