// The board, which follows what happens (following.js): what moves on it, what was unfolded, and another day at midnight.

import { leadToTheFirst } from "./first_of_state.js";
import { putBackFolds, rememberFolds } from "./folds.js";
import { follow } from "./following.js";
import { changeAtMidnight } from "./next_day.js";

const board = /** @type {HTMLElement} */ (document.getElementById("board"));

const peopleOn = () => document.getElementById("totals")?.dataset.people;
let people = peopleOn();

/** Whether a carer whose row was drawn alone is to stand elsewhere. @param {EventTarget | null} row */
function hasMoved(row) {
  if (!(row instanceof HTMLElement) || !row.dataset.place) return false;
  return (row.dataset.place === "exceptional") !== Boolean(row.closest(".exceptional"));
}

/** Whether somebody more has a visit on this day, or nobody has it any more. @param {EventTarget | null} drawn */
function isToBeDrawnWhole(drawn) {
  putBackFolds(board);
  const were = people;
  people = peopleOn();
  return people !== were || hasMoved(drawn);
}

rememberFolds();
leadToTheFirst(board);
putBackFolds(board);
changeAtMidnight(follow(board, isToBeDrawnWhole).sayLost);
