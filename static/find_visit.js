// Finds a visit among those that the board shows, by citizen, address or carer, also without a network: what is found is
// listed, and leads to its row. Knows rows and their words; nothing that is written leaves the page.

import { matching } from "../service_worker/pages/searching.js";
import { leadTo } from "./lead_to.js";

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
  return { sought: `${name} ${address} ${carer}`, told: [`${time} ${name}`, carer, now], time, to: row.id };
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
    const fits = matching(
      field?.value ?? "",
      rows.map(({ sought }) => sought),
    );
    const fitting = rows.filter((_, place) => fits[place]);
    fitting.sort((one, other) => Number(one.time > other.time) - Number(one.time < other.time));
    found?.replaceChildren(...fitting.slice(0, MOST).map(lineOf));
    const words =
      fitting.length > MOST ? "more" : fitting.length > 1 ? "many" : fitting.length ? "one" : "none";
    if (count)
      count.textContent = isAsked ? (count.dataset[words] ?? "").replace("#", `${fitting.length}`) : "";
  }

  /** @param {ReturnType<typeof readRow>} row */
  function lineOf({ told, to }) {
    const [line, link, name, more] = ["li", "a", "strong", "span"].map((tag) => document.createElement(tag));
    name.textContent = told[0];
    more.textContent = told.slice(1).filter(Boolean).join(" · ");
    link.append(name, " ", more);
    link.setAttribute("href", `#${to}`);
    line.append(link);
    return line;
  }

  /** @param {Element | null | undefined} link */
  function goTo(link) {
    const row = link && document.getElementById(link.getAttribute("href")?.slice(1) ?? "");
    const visit = row?.querySelector("a");
    if (visit) leadTo(visit);
  }

  field.addEventListener("input", list);
  field.addEventListener("keydown", (press) => press.key === "Enter" && goTo(found.querySelector("a")));
  found.addEventListener("click", (press) => {
    press.preventDefault();
    goTo(press.target instanceof Element ? press.target.closest("a") : null);
  });
  return list;
}
