"""Measures of generated assets: pixels and a control map in, a score card out."""
