"""From what was generated to the rows of each domain's tables."""
