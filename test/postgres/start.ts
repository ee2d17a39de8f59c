import type { TestProject } from "vitest/node";
import { newPostgres } from "./server.ts";

/** One server for a run; each test file makes itself a database. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await newPostgres();
  await server.start();
  project.provide("postgresUrl", server.url);
  return async () => {
    await server.stop();
    await server.remove();
  };
}

declare module "vitest" {
  export interface ProvidedContext {
    postgresUrl: string;
  }
}
