"""A library as a federated graph of four subgraphs, answered from memory."""
