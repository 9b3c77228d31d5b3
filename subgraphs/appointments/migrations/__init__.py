"""The steps that bring the database of appointments to what its models say."""
