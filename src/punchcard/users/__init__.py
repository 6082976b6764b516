"""Users: the members of a programme."""
