// Says on an open board that a note has come which was not there before, until the visit is opened: a row that is folded says
// it to nobody. Keeps how many notes were there, by visit, for as long as the tab is open; no word of them.

const KEPT = "haand-notes";

/** @param {HTMLElement} board @returns {() => void} to be called when rows have changed */
export function tellNewNotes(board) {
  const place = document.getElementById("new-notes");
  const words = /** @type {HTMLElement | null} */ (place?.querySelector("[data-words]") ?? null);
  const day = board.dataset.day ?? "";
  const kept = JSON.parse(sessionStorage.getItem(KEPT) ?? "{}");
  /** How many notes were there when somebody could last see them. @type {Record<string, number>} */
  const seen = kept.day === day ? kept.seen : {};
  const keep = () => sessionStorage.setItem(KEPT, JSON.stringify({ day, seen }));

  const rows = () => [.../** @type {NodeListOf<HTMLElement>} */ (board.querySelectorAll("[data-notes]"))];

  /** Of a visit of which nobody knows how many it had, those that it has are not new. @param {boolean} isFirst */
  function look(isFirst = false) {
    /** @type {Map<string, HTMLElement>} */
    const having = new Map();
    for (const row of rows()) {
      const [visit, notes] = [row.dataset.visit ?? "", Number(row.dataset.notes)];
      seen[visit] ??= isFirst ? notes : 0;
      if (notes > seen[visit]) having.set(visit, row);
    }
    keep();
    say([...having]);
  }

  /** @param {[string, HTMLElement][]} having */
  function say(having) {
    if (!place || !words) return;
    const told = having.map(([visit, row]) => {
      const link = document.createElement("a");
      link.href = `/board/visits/${visit}`;
      link.textContent = row.querySelector(".name")?.textContent ?? "";
      return link;
    });
    // The same said again would be read aloud again.
    const said = having.map(([visit, row]) => `${visit} ${row.dataset.notes}`).join();
    if (said === words.dataset.said) return;
    words.dataset.said = said;
    words.replaceChildren(
      `${words.dataset.words} `,
      ...told.flatMap((link, n) => (n ? [", ", link] : [link])),
    );
    place.hidden = having.length === 0;
  }

  document.addEventListener("click", ({ target }) => {
    const link = target instanceof Element ? target.closest("a[href^='/board/visits/']") : null;
    const visit = link?.getAttribute("href")?.split("/").at(-1) ?? "";
    const row = rows().find((each) => each.dataset.visit === visit);
    if (!row) return;
    seen[visit] = Number(row.dataset.notes);
    keep();
  });
  look(true);
  return look;
}
