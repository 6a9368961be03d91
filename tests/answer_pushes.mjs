// Answers pushes as the stand-in server of the tests in node does. In: {"person", "visit": the id of its first visit,
// "refuses": {a change's name: the problem}, "pushes": [...]}; each is sent with the cursor that was given last.
// Out: the answers.
import { readFileSync } from "node:fs";
import { makeGuide, makeServer } from "./worker/server.mjs";

const { person, visit, refuses, pushes } = JSON.parse(readFileSync(0, "utf8"));

const server = makeServer({ visits: 3 });
server.me.id = person;
server.visits[0].visit_id = visit;
server.guides = [makeGuide([{ sha256: "00".repeat(32), bytes: 1, type: "image/svg+xml" }])];
server.refuses = refuses;

let cursor = null;
const answers = [];
for (const push of pushes) {
  const body = Buffer.from(JSON.stringify({ ...push, cursor }));
  const answer = await (await server.fetch("/sync", { body, headers: {} })).json();
  cursor = answer.cursor ?? cursor;
  answers.push(answer);
}

process.stdout.write(JSON.stringify(answers));
