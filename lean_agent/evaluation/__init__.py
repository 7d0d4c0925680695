"""From traces to numbers: pass@k with intervals, and the report."""
