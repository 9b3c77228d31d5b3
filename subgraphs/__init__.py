"""The services of the clinic network, one package a domain, each a GraphQL subgraph."""
