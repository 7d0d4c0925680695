"""`python -m mathlib_index`: the same as the command `mathlib-index`."""

from mathlib_index.cli import main

main()
