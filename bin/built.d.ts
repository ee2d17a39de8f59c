/** @returns the folder of the build of the source below `root`, if it is up to date. */
export declare function currentBuild(root: string): string | null;
