"""A second evaluation set, which our renderer did not draw: components of public CSS libraries, drawn by a browser."""
