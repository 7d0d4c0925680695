"""What a trace must pass to be taken into a dataset; `rule.py` names the rules."""
