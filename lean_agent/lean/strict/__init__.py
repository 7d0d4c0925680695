"""The second level of trust: an accepted proof once more, in fresh processes, from source."""
