"""Settings of a backend: how a model is reached, loaded and spoken to."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from lean_agent.chat import Frozen


class Transport(Frozen):
    """How requests to a server are made. Does not change what it answers.

    `connections` bounds the requests in flight. `request_seconds` is for one whole answer,
    `stall_seconds` for the longest silence within it; `patience_seconds` is how long a server
    that is gone is waited for. `key_env` names the environment variable with the API key.
    """

    connections: int = Field(default=512, ge=1)
    request_seconds: float = Field(default=1800.0, gt=0, allow_inf_nan=False)
    stall_seconds: float = Field(default=300.0, gt=0, allow_inf_nan=False)
    patience_seconds: float = Field(default=600.0, ge=0, allow_inf_nan=False)
    key_env: str = "OPENAI_API_KEY"


class AnswerSettings(Frozen):
    """What decides a backend's answers, beside the model's name and the sampling.

    `interface` says how tools reach the model. "native": a server is sent them and parses the
    calls. "template": the model's own chat template renders them into its prompt, and we read
    its text in `dialect`. "prompt": our system prompt describes them, the chat template knows
    nothing of them, and we read its text in `dialect`. None is the backend's own default.
    `tokenizer` is a folder or Hub name, by default the model's; `chat_template` a Jinja file in
    place of its own; `template_arguments` are what that template takes, such as
    `enable_thinking`. `context_tokens` bounds prompt and answer together.
    """

    interface: Literal["native", "template", "prompt"] | None = None
    dialect: str | None = None
    tokenizer: str | None = None
    chat_template: str | None = None
    template_arguments: dict[str, Any] = Field(default_factory=dict)
    context_tokens: int | None = Field(default=None, ge=256)
    dtype: str = "auto"
    gguf_file: str | None = None
    adapter: str | None = None


class BackendSettings(AnswerSettings):
    """What a model backend is told beside the model's name. Each backend has its own of these.

    `device`, `tensor_parallel` (how many GPUs share one model) and `gpu_memory` (the share of
    each GPU's that may be taken) say where the model runs, and may differ between two sittings
    of one run. `published_context` is a preset's: how many tokens a server is taken to run with
    where neither it nor `context_tokens` says so.
    """

    device: str = "auto"
    tensor_parallel: int = Field(default=1, ge=1)
    gpu_memory: float = Field(default=0.9, gt=0, le=1)
    published_context: int | None = Field(default=None, ge=256)
    transport: Transport = Transport()

    def deciding_answers(self) -> AnswerSettings:
        """The part that a run records, and that must be the same when it is gone on with."""
        return AnswerSettings(**{name: getattr(self, name) for name in AnswerSettings.model_fields})
