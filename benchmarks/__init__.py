"""Measurements of the product on its samples and on made data: what the numbers in docs/ come from."""
