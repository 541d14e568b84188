"""Wireframes in, control maps out: geometry, loading, elements and conditioners."""
