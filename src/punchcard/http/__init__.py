"""HTTP: routes in, problems out."""
