"""Calls and texts for property tests of dialects."""

from __future__ import annotations

from hypothesis import strategies as st

from lean_agent.chat import ToolCall

MARKS = [
    "<think>", "</think>", "[THINK]", "[/THINK]", "<|python_tag|>", "<|eot_id|>",
    "<|python_start|>", "<|python_end|>", "[TOOL_CALLS]", "[ARGS]", "[CALL_ID]",
    "[TOOL_RESULTS]", "</s>", '{"name": "f"', '{"name": "f", "parameters": {}}', "; ",
    "[f(", "[f()]", "[", "]", "{", "}", "(", ")", '"', "'", '"' * 3, "\\", "\\ud800", ",",
    "=", "**", "NaN", "1e999",
]  # fmt: skip

# Marks in the texts of arguments make the values that are hard to write.
texts = st.text() | st.lists(st.sampled_from(MARKS) | st.text(max_size=3), max_size=8).map("".join)
values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)
# Names of tools are letters, digits, dots and hyphens with every server.
names = st.from_regex(r"[a-zA-Z_][a-zA-Z0-9_.-]*", fullmatch=True)
arguments = st.dictionaries(names | texts, values, max_size=4)
calls = st.builds(ToolCall, id=st.just(""), name=names, arguments=arguments)
thinking = st.just("") | st.text().map(lambda text: f"<think>{text.replace('<', '')}</think>")
spoilt = st.lists(st.sampled_from(MARKS) | st.text(max_size=5), max_size=30).map("".join)
"""Texts full of marks."""
