/**
 * The processor time that work takes on this thread, milliseconds. Unlike the time on a clock it does not grow while
 * other processes keep the processor busy.
 */
export function cpuMs(work: () => unknown): number {
  const before = process.threadCpuUsage();
  work();
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1_000;
}
