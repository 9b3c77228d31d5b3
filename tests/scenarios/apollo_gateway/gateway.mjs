// Serves a supergraph file with Apollo Gateway: one JSON request a line on standard input
// ({"query": …, "variables": …}), one JSON answer a line on standard output. The services know it by
// ROUTER_SECRET.
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { ApolloGateway, RemoteGraphQLDataSource } from "@apollo/gateway";
import { parse } from "graphql";

class KnownDataSource extends RemoteGraphQLDataSource {
  willSendRequest({ request }) {
    request.http.headers.set("router-secret", process.env.ROUTER_SECRET);
  }
}

const gateway = new ApolloGateway({
  supergraphSdl: readFileSync(process.argv[2], "utf8"),
  buildService: ({ url }) => new KnownDataSource({ url }),
  logger: { ...console, info() {}, debug() {}, warn() {} },
});
const { executor } = await gateway.load();
console.log(JSON.stringify({ ready: true }));

for await (const line of createInterface({ input: process.stdin })) {
  const { query, variables = {} } = JSON.parse(line);
  const result = await executor({
    request: { query, variables, http: undefined },
    document: parse(query),
    queryHash: query,
    operationName: null,
    operation: parse(query).definitions[0],
    context: {},
    metrics: {},
    overallCachePolicy: undefined,
    cache: { get: async () => undefined, set: async () => {}, delete: async () => {} },
  });
  console.log(JSON.stringify(result));
}
await gateway.stop();
