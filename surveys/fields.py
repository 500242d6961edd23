"""Form fields for what strangers say: cleaned, and never refused for what is in them."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from django import forms


class SaidField(forms.CharField):
    """Free text of a stranger. Cleaned and never refused: what one has typed is not to be typed again."""

    def __init__(self, *, clean: Callable[[str], str], longest: int | None = None) -> None:
        super().__init__(required=False)
        self.clean_text, self.longest = clean, longest

    def clean(self, value: Any) -> str:
        """Nothing in it can be wrong, so nothing has to be validated."""
        return self.to_python(value)

    def to_python(self, value: Any) -> str:
        if not value:
            return ""
        text = self.clean_text(value).strip()
        # Nothing to see is nothing said: spaces, or characters without width.
        is_visible = any(char.isprintable() and not char.isspace() for char in text)
        return text[: self.longest] if is_visible else ""


class PickedField(forms.Field):
    """Which of several a stranger picks, in the order of the page. What is none of them is ignored.

    More than `most` are an error of the `code`, which is the key of a public text; without a code the first ones count.
    """

    widget = forms.SelectMultiple

    def __init__(self, *, among: Collection[str], most: int, code: str = "") -> None:
        super().__init__(required=False)
        self.among, self.most, self.code = among, most, code

    def known(self, value: Any) -> list[str]:
        """Those of `value` that are known, each once: at most as many as may be."""
        return self._known(value)[: self.most]

    def _known(self, value: Any) -> list[str]:
        picked = value if isinstance(value, list | tuple) else []
        return [each for each in dict.fromkeys(picked) if each in self.among]

    def clean(self, value: Any) -> list[str]:
        picked = self._known(value)
        if self.code and len(picked) > self.most:
            raise forms.ValidationError("", code=self.code)
        return picked[: self.most]
