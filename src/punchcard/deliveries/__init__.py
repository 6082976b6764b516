"""Calls of other systems that wait to be made."""
