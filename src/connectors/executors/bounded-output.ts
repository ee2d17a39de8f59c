import { MAX_OUTPUT } from "../../domain/executor.ts";

/** Keeps the first quarter and the last three quarters of at most `MAX_OUTPUT` bytes, however many there are. */
export function boundedOutput() {
  const headLimit = MAX_OUTPUT / 4;
  const tailLimit = MAX_OUTPUT - headLimit;
  const head: Buffer[] = [];
  let headBytes = 0;
  let tail: Buffer[] = [];
  let tailBytes = 0;
  let bytes = 0;
  return {
    add(chunk: Buffer): void {
      bytes += chunk.length;
      const first = chunk.subarray(0, headLimit - headBytes);
      if (first.length > 0) head.push(Buffer.from(first));
      headBytes += first.length;
      const rest = chunk.subarray(first.length);
      if (rest.length === 0) return;
      tail.push(Buffer.from(rest.subarray(-tailLimit)));
      tailBytes += Math.min(rest.length, tailLimit);
      if (tailBytes > 2 * tailLimit) {
        tail = [Buffer.concat(tail).subarray(-tailLimit)];
        tailBytes = tailLimit;
      }
    },
    /** The text, with a line in place of what was left out. */
    end(): { output: string; outputBytes: number } {
      const last = Buffer.concat(tail).subarray(-tailLimit);
      const left = bytes - headBytes - last.length;
      const parts = left > 0 ? [`\n… ${left} bytes left out …\n`, last.toString()] : [last.toString()];
      return { output: [Buffer.concat(head).toString(), ...parts].join(""), outputBytes: bytes };
    },
  };
}
