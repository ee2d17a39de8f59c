import { mean } from "./mean.ts";

/** Converts log-odds to a probability. */
export const sigmoid = (logOdds: number): number => 1 / (1 + Math.exp(-logOdds));

/** `weights[j]` belongs to column j, in log-odds per unit. */
export type Logistic = { bias: number; weights: readonly number[] };

export const logOddsOf = ({ bias, weights }: Logistic, row: readonly number[]): number =>
  weights.reduce((sum, weight, column) => sum + weight * (row[column] ?? 0), bias);

const MAX_ROUNDS = 50;
const ENOUGH = 1e-8;

/**
 * Logistic regression by Newton's method. A ridge keeps the weights finite where the classes are separable; the bias
 * is not shrunk.
 *
 * @param rows n ≥ 1 rows of d columns, of similar scale. @param outcomes n values in [0, 1].
 * @param options.caseWeights n weights; default 1. @param options.ridge > 0, in squared log-odds.
 * @param options.offsets n log-odds added to each row before fitting; default 0.
 * @throws {RangeError} if there are no rows.
 */
export function fitLogistic(
  rows: readonly (readonly number[])[],
  outcomes: readonly number[],
  { ridge, caseWeights, offsets }: { ridge: number; caseWeights?: readonly number[]; offsets?: readonly number[] },
): Logistic {
  const [first] = rows;
  if (!first) throw new RangeError("cannot fit a regression: there are no rows");
  const size = first.length + 1;
  const beta = Array.from({ length: size }, () => 0);
  // Start where the average row has even odds: far from there all weights p (1 − p) vanish, and Newton goes astray.
  beta[0] = -(mean(offsets ?? []) ?? 0);
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const gradient = beta.map((value, j) => (j === 0 ? 0 : -ridge * value));
    const hessian = beta.map((_, j) => beta.map((__, k) => (j === k ? (j === 0 ? 1e-9 : ridge) : 0)));
    for (const [at, row] of rows.entries()) {
      const x = [1, ...row];
      const weight = caseWeights?.[at] ?? 1;
      const p = sigmoid(x.reduce((sum, value, j) => sum + value * (beta[j] ?? 0), offsets?.[at] ?? 0));
      for (const [j, xj] of x.entries()) {
        gradient[j] = (gradient[j] ?? 0) + weight * ((outcomes[at] ?? 0) - p) * xj;
        const line = hessian[j];
        if (line) for (const [k, xk] of x.entries()) line[k] = (line[k] ?? 0) + weight * p * (1 - p) * xj * xk;
      }
    }
    const step = solve(hessian, gradient);
    // limit the step: Newton diverges after an overshoot
    const scale = Math.min(1, 5 / Math.max(...step.map(Math.abs), 1e-12));
    for (const [j, value] of step.entries()) beta[j] = (beta[j] ?? 0) + scale * value;
    if (Math.max(...step.map(Math.abs)) < ENOUGH) break;
  }
  const [bias = 0, ...weights] = beta;
  return { bias, weights };
}

/** Solves a symmetric positive definite system by Gaussian elimination with partial pivoting. */
function solve(matrix: readonly (readonly number[])[], right: readonly number[]): number[] {
  const rows = matrix.map((line, j) => [...line, right[j] ?? 0]);
  const n = rows.length;
  for (let column = 0; column < n; column++) {
    const pivot = rows
      .slice(column)
      .reduce(
        (best, line, at) => (Math.abs(line[column] ?? 0) > Math.abs(rows[best]?.[column] ?? 0) ? column + at : best),
        column,
      );
    const [top, other] = [rows[column], rows[pivot]];
    if (!top || !other) continue;
    rows[column] = other;
    rows[pivot] = top;
    const head = other[column] ?? 1;
    for (const [at, line] of rows.entries()) {
      if (at === column) continue;
      const factor = (line[column] ?? 0) / head;
      for (let k = column; k <= n; k++) line[k] = (line[k] ?? 0) - factor * (other[k] ?? 0);
    }
  }
  return rows.map((line, j) => (line[n] ?? 0) / (line[j] ?? 1));
}
