"""The drawings behind samples/: designs, icons, lettering, and the hands and scanners that render them."""
