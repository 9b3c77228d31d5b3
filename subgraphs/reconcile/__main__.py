"""``python -m subgraphs.reconcile``."""

from subgraphs.reconcile.command import reconcile

if __name__ == "__main__":
    reconcile()
