"""Which of the chat templates that TRL has a way to train with teach our calls.

The table of them in the README of the formats is measured here again: through each template, the
calls and words of genuine episodes are looked for in what the loss would be taken over.
"""

from __future__ import annotations

import json
import re
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from exports import HERMES, NATIVE, rows, sample, written
from tiny_model import tiny_tokenizer

from lean_agent.trace import export
from lean_agent.trace.export import FormatName, Style

trl = pytest.importorskip("trl")
README = Path(export.__file__).parent / "README.md"
NAMES = sorted(
    path.stem
    for path in (Path(trl.__file__).parent / "chat_templates").glob("*.jinja")
    if not path.stem.endswith("_training")
)
OF_PICTURES = ("idefics3", "llava_next", "qwen2_5_vl", "qwen3_vl", "smolvlm")
"""To the processors of these models TRL gives words as parts of a content, beside pictures."""
REFUSED = ("refused", "–", "–")


def table() -> dict[str, tuple[str, ...]]:
    """The four answers about each template."""
    known = {}
    for line in README.read_text("utf-8").splitlines():
        names, *cells = (cell.strip() for cell in line.strip("|").split("|"))
        if re.fullmatch(r"`\w+`(, `\w+`)*", names) and len(cells) == 4:
            known |= {name.strip("` "): tuple(cells) for name in names.split(",")}
    return known


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> dict[Style, list[dict[str, Any]]]:
    folder = tmp_path_factory.mktemp("exported")
    return {
        style: rows(written(sample(), FormatName.MESSAGES, folder / name, style).path)
        for name, style in (("native", NATIVE), ("prompt", HERMES))
    }


@pytest.mark.parametrize("name", NAMES)
def test_the_table_says_what_each_template_teaches(
    name: str, exported: dict[Style, list[dict[str, Any]]]
):
    known = table()
    if name not in known and not version("trl").startswith("1.16."):
        pytest.skip(f"the template {name} is newer than the table")
    native, prompt = taught(name, exported[NATIVE]), taught(name, exported[HERMES])
    assert known[name] == (*native, prompt[0] if prompt is REFUSED else prompt[2])


def taught(name: str, episodes: list[dict[str, Any]]) -> tuple[str, str, str]:
    """Whether the tools are described, all calls learnt, and all words."""
    from jinja2 import TemplateError
    from trl.chat_template_utils import get_training_chat_template
    from trl.data_utils import prepare_multimodal_messages

    tokenizer = tiny_tokenizer(
        (Path(trl.__file__).parent / f"chat_templates/{name}.jinja").read_text()
    )
    try:
        template = get_training_chat_template(tokenizer)
    except ValueError:
        return REFUSED
    found = []
    for episode in episodes:
        messages, tools = episode["messages"], episode.get("tools")
        try:
            tokens = tokenizer.apply_chat_template(
                prepare_multimodal_messages(messages) if name in OF_PICTURES else messages,
                tools=tools,
                chat_template=template,
                return_dict=True,
                return_assistant_tokens_mask=True,
            )
        except TemplateError:
            return REFUSED
        pairs = list(zip(tokens["input_ids"], tokens["assistant_masks"], strict=True))
        read, learnt = (tokenizer.decode([one for one, mask in pairs if mask == n]) for n in (0, 1))
        answers = [message for message in messages if message["role"] == "assistant"]
        found.append(
            (
                all(tool["function"]["description"][:40] in read for tool in tools or ()),
                all(calls(call, learnt) for one in answers for call in one.get("tool_calls", ())),
                all(says(one["content"].strip(), answers, learnt) for one in answers),
            )
        )
    tools_described, calls_learnt, words = zip(*found, strict=True)
    return tuple("yes" if all(each) else "no" for each in (tools_described, calls_learnt, words))


def calls(call: dict[str, Any], text: str) -> bool:
    """Whether it is there with all its arguments, none of them quoted twice."""
    function = call["function"]
    values = function["arguments"].values()
    return function["name"] in text and all(any(one in text for one in ways(v)) for v in values)


def ways(value: Any) -> set[str]:
    """How templates write a value: JSON, Python, and text as it is."""
    written = {json.dumps(value), json.dumps(value, ensure_ascii=False), repr(value)}
    return written | ({value} if isinstance(value, str) else set())


def says(words: str, answers: list[dict[str, Any]], text: str) -> bool:
    """As often as they are said, for the same words may stand in several answers."""
    return text.count(words) >= sum(one["content"].strip() == words for one in answers)
