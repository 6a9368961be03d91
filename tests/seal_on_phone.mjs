// Seals as the phone does. In: {"to": {"id", "public"}, "person", "changes": [...]}. Out: [{"id", "n", "sealed"}].
import { readFileSync } from "node:fs";
import { toBase64, utf8 } from "../service_worker/bytes.js";
import { purpose, seal } from "../service_worker/vault/sealing.js";

const { to, person, changes } = JSON.parse(readFileSync(0, "utf8"));

const sealed = async (change) => ({
  id: change.id,
  n: change.n,
  sealed: toBase64(await seal(to, utf8(JSON.stringify(change)), purpose(person, change))),
});

process.stdout.write(JSON.stringify(await Promise.all(changes.map(sealed))));
