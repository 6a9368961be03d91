/** The name of this build: a hash of everything that the phone runs. */
declare const build: string;
export default build;

/** What the carer's pages ask for, by path below the build's address. */
export const files: string[];
