"""Tool-call dialects: one small file each."""
