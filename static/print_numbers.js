// On paper each carer's card says which it is of how many: a sheet that is missing is missed, also where a browser numbers no
// sheets. Knows the board's cards.

/** @param {ParentNode} board */
export function numberCards(board) {
  const cards = [.../** @type {NodeListOf<HTMLElement>} */ (board.querySelectorAll(".carer-day"))];
  cards.forEach((card, place) => {
    card.dataset.number = `${place + 1} / ${cards.length}`;
  });
}
