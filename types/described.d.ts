import type { Description } from "../service_worker/pages/change_schema.js";

/** pwa/changes.json: every change that can be made, by its name. */
declare const described: Record<string, Description>;
export default described;
