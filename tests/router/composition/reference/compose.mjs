// @apollo/composition of the package folder given, on demand: {"name": "SDL", …} in, a line of JSON out.
import { createInterface } from "node:readline";
import { createRequire } from "node:module";

const require = createRequire(process.argv[2]);
const { composeServices } = require("@apollo/composition");
const { printSchema } = require("@apollo/federation-internals");
const { parse } = require("graphql");

for await (const line of createInterface({ input: process.stdin })) {
  let answer;
  try {
    const services = Object.entries(JSON.parse(line));
    const result = composeServices(services.map(([name, sdl]) => ({ name, url: `http://${name}`, typeDefs: parse(sdl) })));
    answer = {
      codes: (result.errors ?? []).map((error) => error.extensions?.code ?? null),
      hints: (result.hints ?? []).map((hint) => hint.definition.code),
      api: result.schema ? printSchema(result.schema.toAPISchema()) : null,
    };
  } catch (error) {
    answer = { thrown: String(error) };
  }
  console.log(JSON.stringify(answer));
}
