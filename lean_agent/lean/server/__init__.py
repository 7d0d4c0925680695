"""The Lean checker over HTTP: Kimina Lean Server's routes, and our own for verdicts."""
