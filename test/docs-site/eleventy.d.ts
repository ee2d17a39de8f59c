declare module "@11ty/eleventy" {
  /** What the docs site sets. https://www.11ty.dev/docs/config/ */
  export type EleventyConfig = {
    setLibrary(name: string, library: unknown): void;
    setUseGitIgnore(use: boolean): void;
    addGlobalData(name: string, data: unknown): void;
    addTemplate(path: string, text: string): void;
    addPassthroughCopy(paths: Record<string, string>): void;
    addTransform(name: string, transform: (this: { page: PageData["page"] }, content: string) => string): void;
  };
  export type PageData = { page: { inputPath: string } };
  export class Eleventy {
    constructor(input: string, output: string, options: object);
    write(): Promise<void>;
  }
}
