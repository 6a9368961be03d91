// Finds a visit among those that the board shows, by citizen, address or carer, also without a network: what is found is
// listed, and leads to its row. Knows rows and their words; nothing that is written leaves the page.

import { matching } from "../service_worker/pages/searching.js";
import { leadTo, mark } from "./lead_to.js";

const MOST = 12;

/** What a row is found by, and how it is told. @param {HTMLElement} row */
function readRow(row) {
  /** @param {Element | null | undefined} element */
  const words = (element) => element?.textContent?.replace(/\s+/g, " ").trim() ?? "";
  const carer = words(row.closest(".carer-day")?.querySelector("[id^=name-]"));
  const [time, name, address, state] = [".time", ".name", ".address", ".state"].map((part) =>
    words(row.querySelector(part)),
  );
  const now = state.replace(words(row.querySelector(".received")), "").trim();
  return { sought: [name, address, carer], time, now, to: row.id };
}

/** What was typed stands so in the text, from a word's beginning to a word's end. @param {string} typed @param {string} text */
function isWhole(typed, text) {
  const end = text.toLowerCase().indexOf(typed.trim().toLowerCase());
  const around = [text[end - 1] ?? " ", text[end + typed.trim().length] ?? " "];
  return end >= 0 && around.every((sign) => !/[\p{L}\p{N}]/u.test(sign));
}

/**
 * Rows that fit what was typed: a citizen of the name first, then an address, then whose visit it is; of each, what is written just
 * so before what is like it, and then by time.
 * @param {string} typed @param {ReturnType<typeof readRow>[]} rows
 */
function ranked(typed, rows) {
  const fits = matching(
    typed,
    rows.map(({ sought }) => sought.join(" ")),
  );
  const byPart = [0, 1, 2].map((part) =>
    matching(
      typed,
      rows.map(({ sought }) => sought[part]),
    ),
  );
  const rankOf = (/** @type {number} */ place) => {
    const part = byPart.findIndex((fit) => fit[place]);
    return part < 0 ? 6 : 2 * part + Number(!isWhole(typed, rows[place].sought[part]));
  };
  const found = rows.map((row, place) => ({ row, fits: fits[place], rank: fits[place] ? rankOf(place) : 0 }));
  const order = (/** @type {string} */ one, /** @type {string} */ other) =>
    Number(one > other) - Number(one < other);
  return found
    .filter((each) => each.fits)
    .sort((one, other) => one.rank - other.rank || order(one.row.time, other.row.time))
    .map(({ row }) => row);
}

/** @param {HTMLElement} board @returns {() => void} to be called when rows have changed */
export function findVisits(board) {
  const field = /** @type {HTMLInputElement | null} */ (document.getElementById("find"));
  const found = document.getElementById("found");
  const count = document.getElementById("found-count");
  if (!field || !found || !count) return () => {};

  function list() {
    const isAsked = field?.value.trim() !== "";
    const rows = isAsked
      ? [.../** @type {NodeListOf<HTMLElement>} */ (board.querySelectorAll(".board-visit"))].map(readRow)
      : [];
    const fitting = ranked(field?.value ?? "", rows);
    found?.replaceChildren(...fitting.slice(0, MOST).map(lineOf));
    const words =
      fitting.length > MOST ? "more" : fitting.length > 1 ? "many" : fitting.length ? "one" : "none";
    if (count)
      count.textContent = isAsked ? (count.dataset[words] ?? "").replace("#", `${fitting.length}`) : "";
  }

  /** @param {ReturnType<typeof readRow>} row */
  function lineOf({ sought: [citizen, address, carer], time, now, to }) {
    const [line, link, name, more] = ["li", "a", "strong", "span"].map((tag) => document.createElement(tag));
    const whose = carer && (count?.dataset.carer ?? "#").replace("#", carer);
    name.textContent = `${time} ${citizen}`;
    more.textContent = [address, whose, now].filter(Boolean).join(" · ");
    link.append(name, " ", more);
    link.setAttribute("href", `#${to}`);
    line.append(link);
    return line;
  }

  /** @param {Element | null | undefined} link */
  function goTo(link) {
    const row = link && document.getElementById(link.getAttribute("href")?.slice(1) ?? "");
    const visit = row?.querySelector("a");
    if (!visit) return;
    mark(visit);
    leadTo(visit);
  }

  field.addEventListener("input", list);
  field.addEventListener("keydown", (press) => press.key === "Enter" && goTo(found.querySelector("a")));
  found.addEventListener("click", (press) => {
    press.preventDefault();
    goTo(press.target instanceof Element ? press.target.closest("a") : null);
  });
  return list;
}
