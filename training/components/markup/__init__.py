"""Markup of components, one file a library."""
