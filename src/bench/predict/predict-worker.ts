// Where a thread of a bench begins. A thread keeps no compiled code of its own accord; with that of bin/causeway.js it is loaded in half the time.
import { enableCompileCache } from "node:module";
import { fileURLToPath } from "node:url";

enableCompileCache(fileURLToPath(new URL("../../../node_modules/.cache/causeway", import.meta.url))); // where that cannot be written, nothing is kept
await import("./predict-thread.ts");
