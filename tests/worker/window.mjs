/** A window of the phone's, in which somebody types. */

import { module } from "./on_phone.mjs";

export function openWindow(
  phone,
  { visit = phone.visit, field = visit.visit_id, name = "write_note", args = {} } = {},
) {
  const held = { id: null, shown: "", sent: [] };
  const about = { name, args: { visit_id: visit.visit_id, seen: "1", ...args } };
  const textMark = async (text) => (await module("text_mark.js")).textMark(text);
  return {
    held,
    type: async (text) => {
      held.id ??= (await module("new_id.js")).newId();
      const seen = await Promise.all([held.shown, ...held.sent].map(textMark));
      const said = encodeURIComponent(JSON.stringify({ ...about, id: held.id, seen }));
      held.sent.push(text);
      const answer = await phone.ask("PUT", `/drafts/${field}`, {
        body: text,
        headers: { "HX-Person": phone.me.id, "HX-Draft": said },
      });
      if (answer.status === 200) held.id = JSON.parse(answer.html).id || held.id;
      return answer;
    },
    save: (fields) => phone.tap(name, { ...args, ...fields }, { "HX-Draft": held.id ?? "" }),
  };
}

/** What is done with a draft where all are listed: save, discard or restore. */
export const settle = (phone, id, how) =>
  phone.ask("POST", `/drafts/${id}/${how}`, { body: "", headers: { "HX-Person": phone.me.id } });
