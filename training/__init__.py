"""How the embedded model is made: rendered data, training stages, evaluation."""
