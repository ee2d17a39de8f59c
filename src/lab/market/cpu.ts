/** Keeps the processor busy for this much CPU time of the process; under a CPU limit that takes longer. */
export function useCpu(ms: number): void {
  const started = process.cpuUsage();
  for (let n = 0; ; n++) {
    if (n % 50 !== 0) continue;
    const { user, system } = process.cpuUsage(started);
    if ((user + system) / 1000 >= ms) return;
  }
}
