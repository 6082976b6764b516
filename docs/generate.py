"""Writes docs/reference/ from the code: `./dev docs`."""
