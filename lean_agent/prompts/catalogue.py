"""The prompt templates there are: their names, versions, and what they are made for.

A released version never changes: whoever runs `json@1` next year must send the same words. To
change words, copy the file to the next version, add it here, and leave the old one as it is;
`tests/test_released_prompts.py` holds a checksum of each.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from lean_agent.episode import Mode
from lean_agent.errors import UserError

AGENT = frozenset({Mode.AGENT})
WHOLE_PROOF = frozenset({Mode.WHOLE_PROOF})
SELF_CORRECTION = frozenset({Mode.SELF_CORRECTION})


@dataclass(frozen=True)
class PromptTemplate:
    """One version of one template; its words are in `templates/NAME@VERSION.j2`.

    `describes_tools` says that its way of describing the tools is what makes it: where a server
    or a chat template describes them, it is no variant. `example` is the file, if any, of the
    episode that it shows.
    """

    name: str
    version: int
    modes: frozenset[Mode]
    describes_tools: bool = False
    example: str = ""

    @property
    def full_name(self) -> str:
        """The name with its version, as traces have it."""
        return f"{self.name}@{self.version}"

    def refuse_tools_beside(self) -> None:
        """Raise UserError where the template must describe the tools itself."""
        if self.describes_tools:
            raise UserError(
                f"the prompt {self.full_name} is about how the tools are written into the prompt, "
                "but this model gets them beside it, from its server or its own chat template: "
                'take the prompt json@1, or a model with the interface "prompt"'
            )


EXAMPLE = "example@1.json"

TEMPLATES: tuple[PromptTemplate, ...] = (
    PromptTemplate("json", 1, AGENT),
    PromptTemplate("json-fewshot", 1, AGENT, describes_tools=True, example=EXAMPLE),
    PromptTemplate("xml", 1, AGENT, describes_tools=True),
    PromptTemplate("xml-fewshot", 1, AGENT, describes_tools=True, example=EXAMPLE),
    PromptTemplate("python", 1, AGENT, describes_tools=True),
    PromptTemplate("python-fewshot", 1, AGENT, describes_tools=True, example=EXAMPLE),
    PromptTemplate("whole-proof", 1, WHOLE_PROOF),
    PromptTemplate("self-correction", 1, SELF_CORRECTION),
    PromptTemplate("goedel-prover-v2", 1, WHOLE_PROOF | SELF_CORRECTION),
    PromptTemplate("deepseek-prover-v2", 1, WHOLE_PROOF),
    PromptTemplate("kimina-prover", 1, WHOLE_PROOF | SELF_CORRECTION),
)
"""Every released template; of one name, later versions come later."""

DEFAULTS = {
    Mode.AGENT: "json@1",
    Mode.WHOLE_PROOF: "whole-proof@1",
    Mode.SELF_CORRECTION: "self-correction@1",
}
"""The template of each mode, where none is named."""


def prompts_for(mode: Mode, tools_in_prompt: bool = True) -> tuple[str, ...]:
    """The full names of the templates made for the mode.

    With `tools_in_prompt` false those that must describe the tools are left out.
    """
    return tuple(
        template.full_name
        for template in TEMPLATES
        if mode in template.modes and (tools_in_prompt or not template.describes_tools)
    )


def resolve_prompt(name: str, mode: Mode, tools_in_prompt: bool = True) -> str:
    """The full name, with version, of the template that `name` means in that mode.

    The empty name is the mode's default; a name without a version is its newest. Raises
    UserError where there is none of that name, where it is not made for the mode, or, with
    `tools_in_prompt` false, where it must describe the tools.
    """
    template = find_template(name, mode)
    if mode is Mode.AGENT and not tools_in_prompt:
        template.refuse_tools_beside()
    return template.full_name


@lru_cache(maxsize=1024)
def find_template(name: str, mode: Mode) -> PromptTemplate:
    """The template that `name` means in that mode. Raises UserError as `resolve_prompt` does."""
    wanted = name or DEFAULTS[mode]
    named = [one for one in TEMPLATES if wanted in (one.name, one.full_name)]
    if not named:
        raise UserError(f"unknown prompt {wanted!r}: for the mode {mode} there are {_listed(mode)}")
    if mode not in named[-1].modes:
        made_for = " and ".join(one for one in Mode if one in named[-1].modes)
        raise UserError(
            f"the prompt {named[-1].full_name} is made for the mode {made_for}, not {mode}: "
            f"for that there are {_listed(mode)}"
        )
    return named[-1]


def _listed(mode: Mode) -> str:
    return ", ".join(prompts_for(mode))
