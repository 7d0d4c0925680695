"""Traces: the record of an episode, its store and its pages."""
