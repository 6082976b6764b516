"""Punchcard: the open loyalty engine."""
