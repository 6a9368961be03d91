// Reads orders as the phone does. In: {"keys": [...], "orders": [{"text", "signature"}]}. Out: the phone of each that holds.
import { readFileSync } from "node:fs";
import { readOrder } from "../service_worker/sync/orders.js";

const { keys, orders } = JSON.parse(readFileSync(0, "utf8"));

const read = async (signed) => (await readOrder(signed, keys, JSON.parse(signed.text).phone))?.phone ?? null;

process.stdout.write(JSON.stringify(await Promise.all(orders.map(read))));
