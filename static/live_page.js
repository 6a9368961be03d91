// A leader's page that follows what happens and has nothing else to do: a visit, and what needs a look.

import "./focus.js";
import "./folds.js";
import { follow } from "./following.js";

const followed = /** @type {HTMLElement | null} */ (document.querySelector("[data-stream]"));
if (followed) follow(followed);
