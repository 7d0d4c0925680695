"""Text that a model, a benchmark or a file brought, made harmless where people read it."""

from __future__ import annotations

# Unicode's codes of direction (its Standard Annex 9), which turn the order of characters about.
_DIRECTIONS = (0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
_STRAIGHT: dict[int, int | str] = dict.fromkeys(_DIRECTIONS, "�")
# Codes that a terminal would act on, as the pictures that Unicode has of them.
_HARMLESS = _STRAIGHT | {n: 0x2400 + n for n in range(0x20) if chr(n) not in "\n\t"}
_HARMLESS |= dict.fromkeys((*range(0x7F, 0xA0), 0x2028, 0x2029), "�")


def harmless(text: str) -> str:
    """The text without codes that would steer a terminal, or show it in another order.

    Each is replaced by one character, so that columns stay as they are.
    """
    return text.translate(_HARMLESS)


def straight(text: str) -> str:
    """The text without codes that would show it in another order, for pages and other documents.

    Each is replaced by one character.
    """
    return text.translate(_STRAIGHT)
