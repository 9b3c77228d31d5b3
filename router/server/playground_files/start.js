// Starts GraphiQL on the endpoint that the page names, with the query of the address (?query=…).
const place = document.getElementById("graphiql");
const url = new URL(place.dataset.endpoint, document.baseURI).href;
const asked = new URLSearchParams(location.search);
place.textContent = "";
ReactDOM.render(
  React.createElement(GraphiQL, {
    fetcher: GraphiQL.createFetcher({ url }),
    query: asked.get("query") ?? undefined,
    variables: asked.get("variables") ?? undefined,
    defaultEditorToolsVisibility: true,
  }),
  place,
);
