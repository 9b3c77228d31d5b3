"""A GraphQL federation router: composition, planning and execution of Apollo Federation 2."""
