/**
 * A home folder that nobody can make, root included, since it would lie in a file: for tests that must write to none.
 */
export const NO_HOME = `${import.meta.filename}/home`;
