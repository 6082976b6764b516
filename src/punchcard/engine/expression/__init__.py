"""The expressions of rules: CEL on a documented subset, exact, bounded, compiled to closures."""
