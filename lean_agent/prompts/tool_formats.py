"""Ways to describe a tool to a model: as JSON Schema, as XML, as a Python signature."""

from __future__ import annotations

import json
import re
import textwrap
from typing import Any
from xml.etree import ElementTree

from lean_agent.chat import ToolSchema

_PYTHON_TYPES = {
    "string": "str",
    "integer": "int",
    "number": "float",
    "boolean": "bool",
    "array": "list",
    "object": "dict",
    "null": "None",
}

_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 cannot hold (its section 2.2)."""


def as_json(tool: ToolSchema) -> str:
    """One line of JSON, in the form of the OpenAI API."""
    return json.dumps({"type": "function", "function": tool.model_dump()}, ensure_ascii=False)


def as_xml(tool: ToolSchema) -> str:
    """An XML element. What a parameter's schema says beyond its description is in attributes:
    texts as they are, all else as JSON."""
    element = ElementTree.Element("tool", name=tool.name)
    _add_text(element, "description", tool.description)
    parameters = ElementTree.SubElement(element, "parameters")
    required = tool.parameters.get("required", [])
    for name, schema in tool.parameters.get("properties", {}).items():
        said = {key: _attribute(value) for key, value in schema.items() if key != "description"}
        needed = _attribute(name in required)
        _add_text(
            parameters,
            "parameter",
            schema.get("description", ""),
            {"name": name, "required": needed, **said},
        )
    ElementTree.indent(element)
    return ElementTree.tostring(element, encoding="unicode", short_empty_elements=False)


def as_python(tool: ToolSchema) -> str:
    """The signature of a Python function and its docstring; `...` stands for a default value."""
    required = tool.parameters.get("required", [])
    properties: dict[str, dict[str, Any]] = tool.parameters.get("properties", {})
    # Python wants those without a default first.
    ordered = sorted(properties.items(), key=lambda one: one[0] not in required)
    signature = ", ".join(
        f"{name}: {_python_type(schema)}" + _python_default(schema) * (name not in required)
        for name, schema in ordered
    )
    about = [tool.description]
    if ordered:
        about += ["", "Args:"]
        about += [
            textwrap.indent(f"{name}: {schema.get('description', '')}".rstrip(), "    ")
            for name, schema in ordered
        ]
    words = "\n".join(about).replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
    body = textwrap.indent(f'"""{words}\n"""' if ordered else f'"""{words}"""', "    ")
    return f"def {tool.name}({signature}) -> str:\n{body}"


def _add_text(
    parent: ElementTree.Element, tag: str, text: str, attributes: dict[str, str] | None = None
) -> None:
    ElementTree.SubElement(parent, tag, attributes or {}).text = _NO_XML.sub("\ufffd", text)


def _attribute(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return _NO_XML.sub("\ufffd", text)


def _python_type(schema: dict[str, Any]) -> str:
    if "enum" in schema:
        return f"Literal[{', '.join(map(repr, schema['enum']))}]"
    kind = schema.get("type")
    if isinstance(kind, list):
        return " | ".join(_PYTHON_TYPES.get(one, "Any") for one in kind)
    name = _PYTHON_TYPES.get(str(kind), "Any")
    items = schema.get("items")
    return f"list[{_python_type(items)}]" if name == "list" and isinstance(items, dict) else name


def _python_default(schema: dict[str, Any]) -> str:
    return f" = {schema['default']!r}" if "default" in schema else " = ..."
