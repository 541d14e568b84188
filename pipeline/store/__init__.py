"""Where runs are kept: orders and their state, assets, scores and human verdicts, in SQLite or PostgreSQL.

`store.Store` opens a database, `store.RunStore` is one run in it, `folder` finds the run of a folder.
"""
