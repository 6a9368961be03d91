// The board, which follows what happens (following.js): what moves on it, what was unfolded, what is looked for, which notes are
// new, and another day at midnight.

import { comeBack, unfoldNamed } from "./come_back.js";
import { findVisits } from "./find_visit.js";
import { leadToTheFirst } from "./first_of_state.js";
import { putBackFolds, rememberFolds } from "./folds.js";
import { follow } from "./following.js";
import { tellNewNotes } from "./new_notes.js";
import { changeAtMidnight } from "./next_day.js";
import { numberCards } from "./print_numbers.js";

const board = /** @type {HTMLElement} */ (document.getElementById("board"));

const peopleOn = () => document.getElementById("totals")?.dataset.people;
let people = peopleOn();

/** Whether a carer whose row was drawn alone is to stand elsewhere. @param {EventTarget | null} row */
function hasMoved(row) {
  if (!(row instanceof HTMLElement) || !row.dataset.place) return false;
  return (row.dataset.place === "exceptional") !== Boolean(row.closest(".exceptional"));
}

const listAgain = findVisits(board);
const lookForNotes = tellNewNotes(board);

/** Whether somebody more has a visit on this day, or nobody has it any more. @param {EventTarget | null} drawn */
function isToBeDrawnWhole(drawn) {
  putBackFolds(board);
  listAgain();
  lookForNotes();
  markAgain();
  const were = people;
  people = peopleOn();
  return people !== were || hasMoved(drawn);
}

rememberFolds();
leadToTheFirst(board);
putBackFolds(board);
unfoldNamed(board);
const markAgain = comeBack(board);
addEventListener("beforeprint", () => numberCards(board));
document.querySelector("[data-print]")?.addEventListener("click", () => print());
changeAtMidnight(follow(board, isToBeDrawnWhole).sayLost);
