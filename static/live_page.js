// A leader's page that follows what happens and has nothing else to do: a visit, and what needs a look.

import { leadBack } from "./come_back.js";
import "./focus.js";
import "./folds.js";
import { follow } from "./following.js";

const followed = /** @type {HTMLElement | null} */ (document.querySelector("[data-stream]"));
leadBack();
if (followed) follow(followed);
