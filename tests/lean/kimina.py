"""The official client of Kimina Lean Server, as it comes from PyPI (`kimina-client`)."""

from __future__ import annotations

import sys
import typing

import pytest
import typing_extensions

with pytest.MonkeyPatch.context() as patch:
    if sys.version_info < (3, 12):
        # There Pydantic asks for this TypedDict, and the client's types cannot be made without.
        patch.setattr(typing, "TypedDict", typing_extensions.TypedDict)
    kimina_client = pytest.importorskip("kimina_client", reason="pip install kimina-client")

AsyncKiminaClient = kimina_client.AsyncKiminaClient
Infotree = kimina_client.Infotree
KiminaClient = kimina_client.KiminaClient
Snippet = kimina_client.Snippet
