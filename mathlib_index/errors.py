"""What can go wrong, each with a sentence that says what to do next."""

from __future__ import annotations


class MathlibIndexError(Exception):
    """Base of every error this package raises on purpose; its text is meant for the user."""


class SourcesUnusable(MathlibIndexError):
    """The source folder is missing, or holds no Lean files or no declarations."""


class ModelUnavailable(MathlibIndexError):
    """The embedding model, or the device asked for, is not there."""


class IndexUnusable(MathlibIndexError):
    """The index folder is missing, damaged, not an index, or of another version."""


class InvalidQuery(MathlibIndexError, ValueError):
    """The query is empty, or the number of hits asked for is less than one."""
