// Starts GraphiQL on the endpoint that the page names.
const place = document.getElementById("graphiql");
const url = new URL(place.dataset.endpoint, document.baseURI).href;
place.textContent = "";
ReactDOM.createRoot(place).render(
  React.createElement(GraphiQL, {
    fetcher: GraphiQL.createFetcher({ url }),
    defaultEditorToolsVisibility: true,
  }),
);
