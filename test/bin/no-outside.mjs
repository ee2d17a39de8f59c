// Loaded into a process by `node --import`: records each connection and name look-up that would leave the machine, in
// the file that CAUSEWAY_TEST_OUTSIDE names, and stops it.
import dns from "node:dns";
import { appendFileSync } from "node:fs";
import net from "node:net";
import dgram from "node:dgram";
import { syncBuiltinESMExports } from "node:module";

const isHere = (host) =>
  host === undefined || /^(?:localhost|127\.[\d.]+|::1|::ffff:127\.[\d.]+|0\.0\.0\.0|::)$/i.test(host);
const refuse = (what) => {
  appendFileSync(process.env.CAUSEWAY_TEST_OUTSIDE, `${what}\n`);
  throw new Error(`outside connection: ${what}`);
};

const connect = net.Socket.prototype.connect;
net.Socket.prototype.connect = function (...args) {
  const [first] = Array.isArray(args[0]) ? args[0] : args;
  const options = typeof first === "object" && first !== null ? first : { port: first, host: args[1] };
  const isPath = typeof options.path === "string" || (typeof first === "string" && Number.isNaN(Number(first)));
  if (!isPath && typeof options.host === "string" && !isHere(options.host))
    refuse(`connect ${options.host}:${options.port}`);
  return connect.apply(this, args);
};
for (const [of, names] of [
  [dns, ["lookup", "resolve", "resolve4", "resolve6"]],
  [dns.promises, ["lookup", "resolve", "resolve4", "resolve6"]],
])
  for (const name of names) {
    const real = of[name];
    of[name] = function (host, ...rest) {
      if (!isHere(host)) refuse(`look-up ${host}`);
      return real.call(this, host, ...rest);
    };
  }
const send = dgram.Socket.prototype.send;
dgram.Socket.prototype.send = function (...args) {
  const host = args.find((arg, at) => at > 0 && typeof arg === "string");
  if (host !== undefined && !isHere(host)) refuse(`send ${host}`);
  return send.apply(this, args);
};
syncBuiltinESMExports();
