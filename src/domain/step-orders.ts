/**
 * How the steps of a run are run after one of them blocked its thread. `skip`: steps that blocked it again; they fail
 * at once. `oneByOne`: steps that usually run at the same time wait for each other, so that the step that blocks is
 * known.
 */
export type StepOrders = { skip: readonly string[]; oneByOne: boolean };

/** Each step runs as the graph says. */
export const NO_ORDERS: StepOrders = { skip: [], oneByOne: false };
