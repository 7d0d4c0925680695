"""BFCL's own AST checker, in a process that has the wheel on its path and nothing of ours.

    python -I bfcl_check.py WHEEL < answers

Each line of the input is a JSON list: the set, the id of the entry and the calls as BFCL decodes
them, `[{name: arguments}, …]`. Each line of the output is null where the checker accepts, else its
reason.
"""

from __future__ import annotations

import json
import sys
import types
import zipfile
from typing import Any

_LANGUAGES = {"simple_java": "java", "simple_javascript": "javascript"}


def main(wheel: str) -> None:
    sys.path.insert(0, wheel)
    # The checker asks one thing of the list of models, which would import all their clients:
    # whether dots in names were replaced for this one. They were not.
    config = types.ModuleType("bfcl_eval.constants.model_config")
    model = types.SimpleNamespace(underscore_to_dot=False)
    vars(config)["MODEL_CONFIG_MAPPING"] = {"any": model}
    sys.modules[config.__name__] = config
    from bfcl_eval.constants.enums import Language
    from bfcl_eval.eval_checker.ast_eval.ast_checker import ast_checker

    entries: dict[str, dict[str, tuple[Any, Any]]] = {}
    for line in sys.stdin:
        name, entry, calls = json.loads(line)
        if name not in entries:
            entries[name] = _entries(wheel, name)
        docs, truth = entries[name][entry]
        language = Language(_LANGUAGES.get(name, "python"))
        try:
            verdict = ast_checker(docs, calls, truth, language, name, "any")
        except Exception as error:  # it stumbles over answers of an unexpected shape
            verdict = {"valid": False, "error": repr(error)}
        print(json.dumps(None if verdict["valid"] else str(verdict["error"])))


def _entries(wheel: str, name: str) -> dict[str, tuple[Any, Any]]:
    with zipfile.ZipFile(wheel) as archive:
        questions, truths = (
            [json.loads(line) for line in archive.read(path).decode().splitlines()]
            for path in (
                f"bfcl_eval/data/BFCL_v4_{name}.json",
                f"bfcl_eval/data/possible_answer/BFCL_v4_{name}.json",
            )
        )
    truth = {entry["id"]: entry["ground_truth"] for entry in truths}
    return {entry["id"]: (entry["function"], truth[entry["id"]]) for entry in questions}


if __name__ == "__main__":
    main(sys.argv[1])
