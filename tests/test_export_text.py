"""Exports as text, through chat templates."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from exports import (
    HERMES,
    NATIVE,
    PROBLEM,
    PROOF,
    RECOVERY,
    rows,
    sample,
    written,
)
from synthetic_runs import make_trace
from tiny_model import CHATML, tiny_tokenizer

from lean_agent.dialects import dialect_named
from lean_agent.errors import UserError
from lean_agent.models.chat_template import ChatTemplate
from lean_agent.trace.export import FormatName, Style, conversation


@pytest.fixture
def chatml(tmp_path: Path) -> Path:
    """A tokenizer's folder."""
    tiny_tokenizer().save_pretrained(tmp_path / "chatml")
    return tmp_path / "chatml"


def test_text_is_what_the_tokenizer_makes_of_the_messages_and_tools(tmp_path: Path, chatml: Path):
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(chatml)
    path = written(sample(), FormatName.TEXT, tmp_path / "train.jsonl", template=str(chatml)).path
    messages = rows(written(sample(), FormatName.MESSAGES, tmp_path / "messages.jsonl").path)
    for row, told in zip(rows(path), messages, strict=True):
        assert row == {
            "text": tokenizer.apply_chat_template(
                told["messages"], tools=told["tools"], tokenize=False
            )
        }


@pytest.mark.parametrize("style", [NATIVE, HERMES], ids=["native", "prompt"])
def test_text_begins_with_the_prompt_of_each_turn_of_the_agent_loop(
    tmp_path: Path, chatml: Path, style: Style
):
    """So training sees what the model will be asked with."""
    from lean_agent.models.settings import BackendSettings

    interface: Any = "prompt" if style.dialect else "template"
    template = ChatTemplate.load(str(chatml), BackendSettings(interface=interface))
    trace = sample()[0]
    path = written([trace], FormatName.TEXT, tmp_path / "train.jsonl", style, str(chatml)).path
    (text,) = (row["text"] for row in rows(path))
    told = conversation(trace, NATIVE)
    messages = trace.messages if style.dialect else told.messages
    asked = [n for n, one in enumerate(messages) if one.role == "assistant"]
    for number in asked:
        prompt = template.render(messages[:number], trace.tools, dialect_named("hermes"))
        assert text.startswith(prompt)


def test_a_jinja_file_alone_will_do(tmp_path: Path, chatml: Path):
    (tmp_path / "chat.jinja").write_text(CHATML)
    alone = str(tmp_path / "chat.jinja")
    one = written(sample(), FormatName.TEXT, tmp_path / "1", template=alone).path
    two = written(sample(), FormatName.TEXT, tmp_path / "2", template=str(chatml)).path
    assert one.read_bytes() == two.read_bytes()


def jinja(folder: Path, old: str, new: str) -> str:
    """The template with something in it otherwise, in a file."""
    assert CHATML.count(old) == 1
    (folder / "other.jinja").write_text(CHATML.replace(old, new))
    return str(folder / "other.jinja")


def test_special_tokens_are_empty_in_a_jinja_file(tmp_path: Path, chatml: Path):
    end = "{{ '<|im_end|>\n' }}"
    template = jinja(tmp_path, end, "{{ eos_token + '' }}" + end + "{{ '' + bos_token }}")
    one = written(sample(), FormatName.TEXT, tmp_path / "1", template=template).path
    two = written(sample(), FormatName.TEXT, tmp_path / "2", template=str(chatml)).path
    assert one.read_bytes() == two.read_bytes()


CONTENT = "message.role + '\n' + message.content }}"


def test_answers_whose_words_the_template_leaves_out_are_counted(tmp_path: Path):
    """As that of Llama 3.1 does, which writes a call alone."""
    bare = "message.role + '\n' + ('' if message.tool_calls else message.content) }}"
    template = jinja(tmp_path, CONTENT, bare)
    done = written(sample(), FormatName.TEXT, tmp_path / "train.jsonl", template=template)
    answers = [m for t in sample() for m in t.messages if m.role == "assistant"]
    assert done.unheard == sum(bool(m.content and m.tool_calls) for m in answers) > 0
    assert done.left_out == ()
    whole = jinja(tmp_path, CONTENT, CONTENT)
    again = written(sample(), FormatName.TEXT, tmp_path / "whole.jsonl", template=whole)
    assert again.unheard == 0


def test_answers_whose_thinking_the_template_leaves_out_are_counted(tmp_path: Path):
    """As that of Qwen3 does in the past."""
    said = "message.role + '\n' + message.content.split('</think>')[-1] }}"
    template = jinja(tmp_path, CONTENT, said)
    done = written([RECOVERY], FormatName.TEXT, tmp_path / "train.jsonl", template=template)
    assert (done.answers, done.unheard) == (2, 2)
    whole = jinja(tmp_path, CONTENT, CONTENT)
    again = written([RECOVERY], FormatName.TEXT, tmp_path / "whole.jsonl", template=whole)
    assert again.unheard == 0


def test_an_episode_of_which_the_template_leaves_out_a_call_is_left_out(tmp_path: Path):
    loop = "for call in message.tool_calls or []"
    template = jinja(tmp_path, loop, "for call in (message.tool_calls or [])[:1]")
    one, two = make_trace(PROBLEM, 0, PROOF, failed_attempts=0), make_trace(PROBLEM, 1, PROOF)
    done = written([one, two], FormatName.TEXT, tmp_path / "train.jsonl", template=template)
    assert done.episodes == 1
    (left,) = done.left_out
    assert left.episode == two.episode_id
    assert "leaves out an answer or a call: take --tools prompt" in left.why


def test_a_template_that_leaves_out_whole_answers_teaches_nothing(tmp_path: Path):
    silent = "message.role + '\n' + ('' if message.role == 'assistant' else message.content) }}"
    template = jinja(tmp_path, CONTENT, silent)
    with pytest.raises(UserError, match="leaves out an answer or a call: take another"):
        written(sample(), FormatName.TEXT, tmp_path / "train.jsonl", HERMES, template)


def test_a_template_without_a_place_for_tools_needs_them_in_the_prompt(tmp_path: Path):
    plain = "{% for m in messages %}[{{ m.role }}] {{ m.content }}\n{% endfor %}"
    (tmp_path / "plain.jinja").write_text(plain)
    template = str(tmp_path / "plain.jinja")
    with pytest.raises(UserError, match="--tools prompt"):
        written(sample(), FormatName.TEXT, tmp_path / "train.jsonl", template=template)
    path = written(sample(), FormatName.TEXT, tmp_path / "train.jsonl", HERMES, template).path
    text = rows(path)[0]["text"]
    assert text.startswith("[system] You prove theorems in Lean 4.")
    assert text.count("[assistant]") == len(sample()[0].turns)
    assert "<tool_response>" in text
