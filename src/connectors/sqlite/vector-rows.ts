const FIRST_ROWS = 1024;

export type VectorRows = {
  /** Appends a row. */
  push(vector: Float32Array): void;
  /** The dot product of each wanted row with `other`; 0 for the rest. @param wanted one flag a row, not 0 if wanted. */
  products(other: Float32Array, wanted: Uint8Array): Float64Array;
};

/** Vectors of one length in contiguous memory, which doubles when full. */
export function vectorRows(dimension: number): VectorRows {
  let numbers = new Float32Array(FIRST_ROWS * dimension);
  let rows = 0;
  return {
    push(vector) {
      if ((rows + 1) * dimension > numbers.length) {
        const larger = new Float32Array(numbers.length * 2);
        larger.set(numbers);
        numbers = larger;
      }
      numbers.set(vector, rows * dimension);
      rows += 1;
    },
    products: (other, wanted) => productsOf(numbers, rows, other, wanted),
  };
}

/** A separate function on purpose: inlined in a larger one, the loop compiles three times slower. */
function productsOf(numbers: Float32Array, rows: number, other: Float32Array, wanted: Uint8Array): Float64Array {
  const dimension = other.length;
  const result = new Float64Array(rows);
  for (let row = 0; row < rows; row += 1) {
    if (wanted[row] === 0) continue;
    const start = row * dimension;
    let sum = 0;
    for (let i = 0; i < dimension; i += 1) sum += (numbers[start + i] ?? 0) * (other[i] ?? 0);
    result[row] = sum;
  }
  return result;
}
