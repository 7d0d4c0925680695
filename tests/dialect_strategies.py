"""Calls and texts for property tests of dialects."""

from __future__ import annotations

from hypothesis import strategies as st

from lean_agent.chat import ToolCall
from lean_agent.dialects import DIALECTS

marks = [
    "<tool_call>", "</tool_call>", "<think>", "</think>", "[THINK]", "[/THINK]", "<function=f>",
    "</function>", "<parameter=a>", "</parameter>", "&lt;/parameter>", "```json", "```lean\n",
    "\n```", "<｜tool▁calls▁begin｜>", "<｜tool▁call▁begin｜>", "<｜tool▁sep｜>",
    "<｜tool▁call▁end｜>", "<｜tool▁calls▁end｜>", "[TOOL_CALLS]", "[ARGS]", "[CALL_ID]",
    "[TOOL_RESULTS]", "</s>", "<|python_tag|>", "<|python_start|>", "<|python_end|>", "<|eot_id|>",
]  # fmt: skip
"""What a dialect may take for a mark."""

pieces = [
    *marks, "\n", "function", "f", "[f(", "[f()]", "[", "]", "(", ")", "{", "}", '{"name": "f"',
    '"arguments": {', '"parameters": {', '{"name": "f", "parameters": {}}', '"', "'", '"' * 3,
    "\\", ":", ",", "; ", "=", "**", "1", "NaN", "1e999", "\\ud800",
]  # fmt: skip
_call = ToolCall(id="", name="search_mathlib", arguments={"query": "commutativity"})
_calls = [kind().render("", [_call]) for kind in DIALECTS.values()]
hostile = st.lists(
    st.sampled_from([*pieces, *_calls, "\ud800"]) | st.text(max_size=4), max_size=25
).map("".join)
"""Texts full of marks, calls and parts of calls."""

_lean = st.sampled_from(
    [
        "theorem x (h : ∀ n, f n ≤ g n) : ⟨a, b⟩ ∈ s ×ˢ t := by\n  simpa using h\n",
        'example : "</parameter>" = "\\"`x`\\"" := rfl -- <tool_call> </think> ```json\n```',
        'notation "⟪" x "⟫" => f x  -- &lt;/parameter> &amp;lt;/function> \'"\'',
        "```lean4\n#eval 1 < 2 && 3 > 2\n```",
    ]
)
# Marks in the texts of arguments make the values that are hard to write.
_texts = st.one_of(st.text(), _lean, st.lists(st.sampled_from(pieces) | _lean).map("".join))
json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**20), 10**20)
    | st.floats(allow_nan=False, allow_infinity=False)
    | _texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_texts, inner, max_size=3),
    max_leaves=8,
)
written_calls = st.builds(
    ToolCall,
    id=st.just(""),
    # With every server the names of tools are letters, digits, dots and hyphens.
    name=st.from_regex(r"[A-Za-z_][A-Za-z0-9_.-]{0,20}", fullmatch=True),
    arguments=st.dictionaries(st.text(min_size=1) | _texts.filter(bool), json_values, max_size=4),
)
_thoughts = _texts.map(lambda text: f"<think>{text.replace('</think>', '')}</think>")
_plain = st.text().map(str.strip).filter(lambda text: not any(mark in text for mark in marks))
thinking = st.lists(_thoughts, max_size=2).map("\n".join)
contents = st.lists(_thoughts | _plain, max_size=3).map("\n".join).map(str.strip)
