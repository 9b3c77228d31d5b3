"""One plan → one response: the plan compiled once to functions that fetch, merge and project."""
