"""Jobs of the app: kept in the store, taken in turns, worked on by one thread that holds the model."""
