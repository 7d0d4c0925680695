"""Declarations from Lean sources, read as text: no Lean is needed."""

from __future__ import annotations

from mathlib_index.extract.folder import Extraction, extract_folder, extract_text

__all__ = ["Extraction", "extract_folder", "extract_text"]
