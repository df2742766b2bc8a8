"""Running the program in-process, and what it registered: the one source of everything that a preview shows."""
