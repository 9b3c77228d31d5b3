"""The plan as data: nodes, rendering, and the JSON form."""
