"""Reactors: immutable versions of rules, and how often each has fired."""
