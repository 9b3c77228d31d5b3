// @apollo/composition and @apollo/query-planner, on demand: a line of JSON in, a line of JSON out.
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { composeServices } from "@apollo/composition";
import { Supergraph, operationFromDocument } from "@apollo/federation-internals";
import { QueryPlanner } from "@apollo/query-planner";
import { parse } from "graphql";

let supergraph;
let planner;

function timed(work) {
  const before = process.cpuUsage();
  const result = work();
  const { user, system } = process.cpuUsage(before);
  return [result, (user + system) / 1e6];
}

const answers = {
  compose({ graph }) {
    const sdls = Object.entries(JSON.parse(readFileSync(graph, "utf8")));
    const [result, seconds] = timed(() =>
      composeServices(sdls.map(([name, sdl]) => ({ name, url: `http://${name}`, typeDefs: parse(sdl) }))),
    );
    if (result.errors) throw new Error(result.errors.map(String).join("\n"));
    return { seconds, memoryMib: process.resourceUsage().maxRSS / 1024, types: result.schema.types().length };
  },
  load(question) {
    const sdl = readFileSync(question.supergraph, "utf8");
    const [made, seconds] = timed(() => {
      supergraph = Supergraph.build(sdl);
      return new QueryPlanner(supergraph);
    });
    planner = made;
    return { seconds };
  },
  plan({ query }) {
    const [plan, seconds] = timed(() =>
      planner.buildQueryPlan(operationFromDocument(supergraph.schema, parse(query))),
    );
    return { seconds, plan };
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const question = JSON.parse(line);
  console.log(JSON.stringify(answers[question.do](question)));
}
