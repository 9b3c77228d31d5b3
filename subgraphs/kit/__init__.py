"""What every subgraph shares. It knows no domain."""
