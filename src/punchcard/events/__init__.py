"""Reporting: what may be reported, the hot path, and the stream."""
