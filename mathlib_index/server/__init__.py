"""The index over HTTP: a JSON interface, a page to search by hand, and LeanSearch's format."""
