"""What should happen, given what is known. Pure: no I/O, no clock, no chance, no logging."""
