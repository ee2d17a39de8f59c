/** The estimated bytes that one analysis may keep in memory. */
export type MemoryBudget = {
  /** Reserves the bytes if they fit. @returns true if they did. */
  take(bytes: number): boolean;
  give(bytes: number): void;
};

export function memoryBudget(totalBytes: number): MemoryBudget {
  let left = totalBytes;
  return {
    take(bytes) {
      if (bytes > left) return false;
      left -= bytes;
      return true;
    },
    give: (bytes) => void (left += bytes),
  };
}
