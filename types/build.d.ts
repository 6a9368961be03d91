/** The name of this build: a hash of everything that the phone runs. */
declare const build: string;
export default build;
