"""UI assets drawn by ourselves, each with an aligned wireframe, its elements and a prompt."""
