// @apollo/composition, timed: node compose.mjs FILE RUNS; the file holds {"name": "SDL", …}.
import { readFileSync } from "node:fs";
import { composeServices } from "@apollo/composition";
import { parse } from "graphql";

const sdls = Object.entries(JSON.parse(readFileSync(process.argv[2], "utf8")));
const seconds = [];
let types = 0;
for (let run = 0; run < Number(process.argv[3]); run++) {
  const started = process.hrtime.bigint();
  const result = composeServices(sdls.map(([name, sdl]) => ({ name, url: `http://${name}`, typeDefs: parse(sdl) })));
  seconds.push(Number(process.hrtime.bigint() - started) / 1e9);
  if (result.errors) throw new Error(result.errors.map(String).join("\n"));
  types = result.schema.types().length;
}
console.log(JSON.stringify({ seconds, memoryMib: process.resourceUsage().maxRSS / 1024, types }));
