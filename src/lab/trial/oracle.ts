import type { LabFault } from "./fault.ts";

/** The right answer for a fault, in the form of a scenario's oracle; the scorers of the benchmarks read it. */
export const oracleOf = ({ name, entities, causes, runbooks }: LabFault) => ({
  id: name,
  faulty: entities.length > 0,
  entities: entities.map((accepted) => [...accepted]),
  cause: causes[0] ?? null,
  mitigation: { runbooks: [...runbooks] },
});
