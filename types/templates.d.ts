import type { Template } from "../service_worker/jinja/runtime.js";

/** The templates by name, made of the runtime, the filters and the tests that they need. */
declare const compiled: (runtime: object, filters: object, tests: object) => Record<string, Template>;
export default compiled;
