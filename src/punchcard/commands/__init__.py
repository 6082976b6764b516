"""What members and administrators do; each command ends in an intrinsic event."""
