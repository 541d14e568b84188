"""One file a step; the revision is its number."""
