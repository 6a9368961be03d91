/**
 * The shapes of a published checklist, as pwa/checklists/publishing.py makes it; what is as usual is left out.
 *
 * @typedef {string | boolean | { [operation: string]: any }} Tree
 *
 * @typedef {object} Step
 * @property {string} id
 * @property {string} kind
 * @property {string} label
 * @property {{ value: string, label: string, system?: string, shown_when?: Tree }[]} [options]
 * @property {boolean} [other]
 * @property {boolean} [required]
 * @property {string} [pattern]
 * @property {{ least?: string, most?: string, decimals?: number, shortest?: number, longest?: number }} [limits]
 * @property {{ least?: number, most?: number | null }} [occurrences]
 * @property {Tree} [shown_when]
 * @property {Tree} [calculated]
 * @property {Tree} [first]
 * @property {{ condition: Tree, message?: string, is_warning?: boolean }[]} [valid_when]
 * @property {Step[]} [steps]
 *
 * @typedef {"shown" | "value" | "options" | "valid"} What
 * @typedef {[number: number, shared: number][]} Readers
 * @typedef {{ order: [What, string][], readers: Record<string, Readers>, below: Record<string, Readers> }} Graph
 *
 * @typedef {object} Published
 * @property {{ title: string, steps: Step[] }} definition
 * @property {Graph} graph
 * @property {Record<string, import("./pattern.js").Table>} patterns
 */

export {};
