"""The request made canonical: document, validate, limits, variables, normalize."""
