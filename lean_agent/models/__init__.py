"""Models by name: one file a backend, imported only when asked for."""
