"""Checking Lean code: one REPL process, a pool of them, and the verdict on a proof."""
