"""Work beside the requests: what is asked for once, and what the clock asks for."""
