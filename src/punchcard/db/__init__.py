"""PostgreSQL: connections, migrations, checks, and the embedded server."""
