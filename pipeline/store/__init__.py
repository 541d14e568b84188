"""Where runs are kept: orders and their state, assets, scores and human verdicts, in SQLite or PostgreSQL."""
