"""The steps that bring the database of records to what its models say."""
