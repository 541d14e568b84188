"""Generation: wireframe and prompt to an asset with its control map, scores and metadata."""
