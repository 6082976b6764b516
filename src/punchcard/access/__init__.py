"""Who is calling: tenants, clients, secrets of event types, end users' tokens."""
