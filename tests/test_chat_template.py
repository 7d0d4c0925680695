"""A conversation as the text that a model goes on with, by the model's own template.

The templates here are in the styles of the model families, each with what makes it awkward.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tiny_model import CHATML, tiny_tokenizer

from lean_agent.chat import Message, ToolCall, ToolSchema
from lean_agent.dialects.base import Dialect
from lean_agent.dialects.fenced import Fenced
from lean_agent.dialects.hermes import Hermes
from lean_agent.errors import UserError
from lean_agent.models.base import ModelError
from lean_agent.models.chat_template import ChatTemplate
from lean_agent.models.settings import BackendSettings

# In Gemma's style: two roles that alternate, no system message, no tools.
ALTERNATING = """
{%- if messages[0].role == 'system' %}{{ raise_exception('no system role here') }}{% endif -%}
{%- for message in messages -%}
{%- if (message.role == 'user') != (loop.index0 % 2 == 0) -%}
{{ raise_exception('roles must alternate user/assistant') }}
{%- endif -%}
{{ '<turn>' + message.role + '\n' + message.content | trim + '</turn>\n' }}
{%- endfor -%}
{%- if add_generation_prompt -%}{{ '<turn>assistant\n' }}{%- endif -%}
"""
# A system message that simply is not there.
FORGETFUL = """
{%- for message in messages if message.role != 'system' -%}
{{ '<turn>' + message.role + '\n' + message.content + '</turn>\n' }}
{%- endfor -%}
{%- if add_generation_prompt -%}{{ '<turn>assistant\n' }}{%- endif -%}
"""
# In Mistral's style: ids of nine letters and digits, no user message after a result.
NINE_LETTERS = """
{%- set side = namespace(asks=true) -%}
{%- if tools %}[AVAILABLE_TOOLS]{{ tools | tojson }}[/AVAILABLE_TOOLS]{% endif -%}
{%- for message in messages -%}
{%- if message.role == 'system' -%}{{ message.content }}
{%- elif message.role == 'user' -%}
{%- if not side.asks %}{{ raise_exception('roles must alternate') }}{% endif -%}
{%- set side.asks = false -%}
{{ '[INST]' + message.content + '[/INST]' }}
{%- elif message.role == 'tool' -%}
{{ '[TOOL_RESULTS]' + message.tool_call_id + ':' + message.content + '[/TOOL_RESULTS]' }}
{%- elif message.tool_calls -%}
{%- for call in message.tool_calls -%}
{%- if call.id | length != 9 %}{{ raise_exception('ids have nine letters') }}{% endif -%}
{{ '<tool_call>{"name": "' + call.function.name + '", "arguments": ' -}}
{{- call.function.arguments | tojson + '}</tool_call>' + call.id }}
{%- endfor -%}<|im_end|>
{%- else -%}{%- set side.asks = true -%}{{ message.content + '<|im_end|>' }}
{%- endif -%}
{%- endfor -%}
"""
# In Llama 3's style: one call at once.
ONE_CALL = CHATML.replace(
    "{%- for call in message.tool_calls or [] -%}",
    "{%- if message.tool_calls and message.tool_calls | length > 1 -%}"
    "{{ raise_exception('only single tool-calls at once') }}{%- endif -%}"
    "{%- for call in message.tool_calls or [] -%}",
)
# In DeepSeek V3's style: arguments are text already.
TEXT_ARGUMENTS = CHATML.replace("call.function.arguments | tojson", "call.function.arguments")

# Calls that no dialect of ours reads: strings without quotes.
UNREADABLE = CHATML.replace("call.function.arguments | tojson", "'%s' | format(call.function)")
# In QwQ's style: the prompt for an answer goes on with a thought that past answers do not have.
THINKING = CHATML.replace(
    "{%- if enable_thinking", "{{ '<think>\n</think>' }}{%- if enable_thinking"
)
# In Gemma 4's style: a result without a call before it is left out.
LEAVES_OUT = CHATML.replace(
    "{%- elif message.role == 'tool' -%}",
    "{%- elif message.role == 'tool' and messages[loop.index0 - 1].tool_calls -%}",
)
# In Mistral Nemo's style: the system message stands before the last question, while it is last.
FADING = """
{%- if messages[0].role == 'system' %}{% set system = messages[0].content %}{% endif -%}
{%- if tools %}[AVAILABLE_TOOLS]{{ tools | tojson }}[/AVAILABLE_TOOLS]{% endif -%}
{%- for message in messages if message.role != 'system' -%}
{%- if message.role == 'user' -%}
[INST]{% if loop.last and system is defined %}{{ system + '\n\n' }}{% endif -%}
{{ message.content + '[/INST]' }}
{%- elif message.role == 'tool' -%}
{{ '[TOOL_RESULTS]' + message.content + '[/TOOL_RESULTS]' }}
{%- elif message.tool_calls -%}
{%- for call in message.tool_calls -%}
{{ '<tool_call>' + call.function | tojson + '</tool_call>' }}
{%- endfor -%}<|im_end|>
{%- else -%}{{ message.content + '<|im_end|>' }}
{%- endif -%}
{%- endfor -%}
"""

SEARCH = ToolSchema(
    name="search_mathlib",
    description="Finds premises.",
    parameters={"type": "object", "properties": {"query": {"type": "string"}}},
)
SYSTEM = Message(role="system", content="You prove.")
ASK = Message(role="user", content="Prove it.")


def calls(*queries: str, words: str = "<think>hm</think>\nLet me look.") -> Message:
    made = (
        ToolCall(id=f"call_{n}", name="search_mathlib", arguments={"query": query})
        for n, query in enumerate(queries, start=1)
    )
    return Message(role="assistant", content=words, tool_calls=tuple(made))


def result(text: str, number: int = 1) -> Message:
    return Message(role="tool", content=text, tool_call_id=f"call_{number}")


CONVERSATION = [SYSTEM, ASK, calls('a "b"\n⟨c⟩'), result("and_comm")]


def template(text: str, **settings: Any) -> ChatTemplate:
    return ChatTemplate(tiny_tokenizer(text), **settings)


def render(template: ChatTemplate, *messages: Message) -> str:
    return template.render(messages or CONVERSATION, [SEARCH], Hermes())


def test_tools_calls_and_results_are_given_to_the_template() -> None:
    made = template(CHATML)
    assert not made.tools_in_prompt
    prompt = render(made)
    system, rest = prompt.split("<|im_end|>\n", 1)
    assert system.startswith("<|im_start|>system\nYou prove.\n\n# Tools")
    assert '"description": "Finds premises."' in system
    assert rest == (
        "<|im_start|>user\nProve it.<|im_end|>\n"
        "<|im_start|>assistant\n<think>hm</think>\nLet me look.\n"
        '<tool_call>\n{"name": "search_mathlib", "arguments": {"query": "a \\"b\\"\\n⟨c⟩"}}\n'
        "</tool_call><|im_end|>\n"
        "<|im_start|>user\n<tool_response>\nand_comm\n</tool_response><|im_end|>\n"
        "<|im_start|>assistant\n"
    )


@pytest.mark.parametrize(
    "text", [CHATML, ONE_CALL, NINE_LETTERS, TEXT_ARGUMENTS, THINKING, LEAVES_OUT, FADING]
)
def test_what_is_rendered_holds_the_calls_as_the_family_writes_them(text: str) -> None:
    made = template(text)
    assert made.written_dialect == "hermes"
    said = render(made).partition("Prove it.")[2]
    (call,) = Hermes().read(said).calls
    assert call.arguments == {"query": 'a "b"\n⟨c⟩'}
    assert "and_comm" in said


def test_a_dialect_at_odds_with_the_template_is_refused() -> None:
    made = template(CHATML)
    assert made.choose_dialect(None) == made.choose_dialect("hermes") == "hermes"
    with pytest.raises(UserError, match="writes calls in the dialect hermes, not llama"):
        made.choose_dialect("llama")


def test_our_prompt_describes_the_tools_where_we_want_it() -> None:
    made = template(CHATML, interface="prompt")
    assert made.tools_in_prompt
    assert made.choose_dialect("fenced") == "fenced"
    prompt = render(made)
    assert "# Tools" not in prompt
    (call,) = Hermes().read(prompt).calls
    assert call.arguments == {"query": 'a "b"\n⟨c⟩'}
    assert prompt.endswith(
        "<|im_start|>user\n<tool_response>\nand_comm\n</tool_response><|im_end|>\n"
        "<|im_start|>assistant\n"
    )


def test_a_template_without_tools_or_system_gets_two_sides_that_alternate() -> None:
    made = template(ALTERNATING)
    assert made.tools_in_prompt
    more = [calls("d", "e", words=""), result("one"), result("two", 2)]
    prompt = render(made, *CONVERSATION, *more, Message(role="user", content="Mind the goal."))
    assert prompt.startswith("<turn>user\nYou prove.\n\nProve it.</turn>\n<turn>assistant\n")
    assert prompt.endswith(
        "<turn>user\n<tool_response>\none\n</tool_response>\n<tool_response>\ntwo\n"
        "</tool_response>\nMind the goal.</turn>\n<turn>assistant\n"
    )
    assert [call.arguments["query"] for call in Hermes().read(prompt).calls][1:] == ["d", "e"]
    with pytest.raises(UserError, match="no place for tools"):
        template(ALTERNATING, interface="template")


def test_a_system_message_that_the_template_drops_is_put_into_the_question() -> None:
    assert render(template(FORGETFUL)).startswith("<turn>user\nYou prove.\n\nProve it.</turn>\n")


def test_a_system_message_that_fades_from_a_long_conversation_is_kept_in_the_question() -> None:
    assert "[INST]You prove.\n\nProve it.[/INST]" in render(template(FADING))


def test_a_notation_that_we_cannot_read_is_not_asked_for() -> None:
    made = template(UNREADABLE)
    assert (made.written_dialect, made.tools_in_prompt) == (None, True)
    assert "# Tools" not in render(made)
    with pytest.raises(UserError, match=r"do not know the notation.*set dialect.*hermes"):
        template(UNREADABLE, interface="template")


def test_calls_are_text_where_the_template_would_write_them_otherwise() -> None:
    made = template(UNREADABLE, dialect="hermes")
    assert not made.tools_in_prompt
    prompt = render(made)
    assert '"description": "Finds premises."' in prompt
    (call,) = Hermes().read(prompt.partition("Prove it.")[2]).calls
    assert call.arguments == {"query": 'a "b"\n⟨c⟩'}
    assert "<tool_response>\nand_comm\n</tool_response>" in prompt


@pytest.mark.parametrize("dialect", [Hermes(), Fenced()])
def test_results_are_never_left_out(dialect: Dialect) -> None:
    made = template(LEAVES_OUT)
    asked = [SYSTEM, ASK, calls("a", "b"), result("first"), result("second", 2)]
    prompt = made.render(asked, [SEARCH], dialect)
    assert "first" in prompt
    assert "second" in prompt


def test_ids_are_such_as_every_family_takes_and_tie_results_to_calls() -> None:
    made = template(NINE_LETTERS)
    again = [calls("d", "e"), result("one"), result("two", 2)]
    prompt = render(made, *CONVERSATION, *again)
    for identity, answer in (("call00001", "and_comm"), ("call00002", "one"), ("call00003", "two")):
        assert f"</tool_call>{identity}" in prompt
        assert f"[TOOL_RESULTS]{identity}:{answer}[/TOOL_RESULTS]" in prompt


def test_a_remark_after_results_joins_them_where_roles_must_alternate() -> None:
    prompt = render(template(NINE_LETTERS), *CONVERSATION, Message(role="user", content="Not so."))
    assert prompt.endswith(":and_comm\nNot so.[/TOOL_RESULTS]")


def test_several_calls_are_text_where_the_template_takes_one() -> None:
    made = template(ONE_CALL)
    prompt = render(made, SYSTEM, ASK, calls("a", "b"), result("one"), result("two", 2))
    said = prompt.partition("Prove it.")[2]
    assert [call.arguments for call in Hermes().read(said).calls] == [
        {"query": "a"},
        {"query": "b"},
    ]
    assert "<tool_response>\none\n</tool_response>\n<tool_response>\ntwo\n</tool_response>" in said


def test_a_template_that_refuses_everything_ends_the_episode() -> None:
    made = template("{{ raise_exception('not today') }}")
    with pytest.raises(ModelError, match="not today"):
        render(made)


def test_the_template_is_given_its_arguments() -> None:
    plain, thinking = template(CHATML), template(CHATML, arguments={"enable_thinking": True})
    assert not plain.opens_thinking(render(plain))
    assert render(thinking).endswith("<|im_start|>assistant\n<think>\n")
    assert thinking.opens_thinking(render(thinking))


def test_special_tokens_of_the_prompt_are_counted_as_one() -> None:
    made = template(CHATML)
    assert made.encode("<|im_start|>") == [made.tokenizer.convert_tokens_to_ids("<|im_start|>")]
    assert made.count("<|im_start|><|im_end|>") == 2
    assert made.count("") == 0
    assert made.tokenizer.decode(made.encode("⟨h.2, ∀⟩ 🦆")) == "⟨h.2, ∀⟩ 🦆"


def test_a_template_is_loaded_from_a_folder(tmp_path: Path) -> None:
    tiny_tokenizer().save_pretrained(tmp_path / "model")
    own = tmp_path / "own.jinja"
    own.write_text(ALTERNATING)
    loaded = ChatTemplate.load(str(tmp_path / "model"), BackendSettings())
    assert render(loaded) == render(template(CHATML))
    settings = BackendSettings(tokenizer=str(tmp_path / "model"), chat_template=str(own))
    assert render(ChatTemplate.load("a-server's-name", settings)) == render(template(ALTERNATING))


def test_what_cannot_be_loaded_is_explained(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    tiny_tokenizer(None).save_pretrained(tmp_path / "base")
    (tmp_path / "empty").mkdir()
    for name, settings, why in [
        (str(tmp_path / "none"), {}, "no such folder"),
        (str(tmp_path / "empty"), {}, "is it the folder of a model"),
        ("nobody/nothing", {}, "could not be had from the Hugging Face Hub"),
        (str(tmp_path / "base"), {}, "no chat template.*setting chat_template"),
        (str(tmp_path / "base"), {"chat_template": "none.jinja"}, "cannot read the chat template"),
    ]:
        with pytest.raises(UserError, match=why):
            ChatTemplate.load(name, BackendSettings(**settings))
