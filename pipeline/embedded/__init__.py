"""The embedded model: its weights, its card and its autoencoder class."""
