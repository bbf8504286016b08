"""markdown-it, the same to the letter and in less time: what a text cannot be is not tried on it.

Three quarters of a playbook's texts hold no mark-up, and nearly every line's first sign tells what block it is none
of; so does the line behind it. Whoever adds a rule to the dialect looks whether its signs stand in `blocks` or in
`inlines`.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from markdown_it import MarkdownIt
from markdown_it.common.normalize_url import normalizeLink
from markdown_it.common.utils import escapeHtml
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.rules_core.normalize import normalize
from markdown_it.rules_core.text_join import text_join
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from funnelbook.handbook.blocks import Blocks
from funnelbook.handbook.inlines import ACTIVE, Inlines
from funnelbook.handbook.tokens import is_text, text_token


class Markdown(MarkdownIt):
    """The parser before it learns its dialect."""

    def __init__(self, deepest: int) -> None:
        options = {"html": False, "linkify": False, "typographer": False, "maxNesting": deepest}
        super().__init__("js-default", options, renderer_cls=_Html)
        self.block = Blocks()
        self.inline = Inlines()
        self.core.ruler.at("normalize", _normalise)
        self.core.ruler.at("inline", _read_texts)
        self.core.ruler.at("text_join", _join_texts)

    def validateLink(self, url: str) -> bool:  # noqa: N802 -- the library's name
        """A link that is not allowed must become a finding, not silently a text: see `rendering`."""
        return True

    def normalizeLink(self, url: str) -> str:  # noqa: N802 -- the library's name
        return _normal(url)


@lru_cache(maxsize=2**14)
def _normal(url: str) -> str:
    """Remembered, for a handbook's pages link to each other."""
    return normalizeLink(url)


def _normalise(state: StateCore) -> None:
    """The library's rule, for a text that has what it looks for."""
    if "\r" in state.src or "\0" in state.src:
        normalize(state)


def _read_texts(state: StateCore) -> None:
    """The library's `inline` rule, which a text without mark-up passes by."""
    for token in state.tokens:
        if token.type != "inline":
            continue
        content = token.content
        if token.children is None:
            token.children = []
        if ACTIVE.search(content):
            state.md.inline.parse(content, state.md, state.env, token.children)
        elif content:
            token.children.append(text_token(content))


def _join_texts(state: StateCore) -> None:
    """The library's `text_join`, which asks nothing of a text that is one already."""
    joined = [each for each in state.tokens if each.children and not is_text(each.children)]
    if joined:
        every, state.tokens = state.tokens, joined
        text_join(state)
        state.tokens = every


class _Html(RendererHTML):
    """The library's renderer, with a short way for what most tokens are: texts, and tags without attributes."""

    def render(self, tokens: Sequence[Token], options: OptionsDict, env: EnvType) -> str:
        out: list[str] = []
        for number, token in enumerate(tokens):
            children = token.children
            if token.type != "inline":
                rule = self.rules.get(token.type)
                if rule is None and token.nesting == -1 and token.block and not (token.hidden or token.attrs):
                    out.append(f"</{token.tag}>\n")
                else:
                    out.append((rule or self.renderToken)(tokens, number, options, env))
            elif children and is_text(children):
                out.append(escapeHtml(children[0].content))
            elif children:
                out.append(self.renderInline(children, options, env))
        return "".join(out)

    def renderToken(  # noqa: N802 -- the library's name
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        token = tokens[idx]
        if token.hidden:
            return ""
        tag = f"</{token.tag}" if token.nesting == -1 else f"<{token.tag}"
        if token.attrs:
            tag += self.renderAttrs(token)
        if not token.block:
            return tag + ">"
        if token.nesting != -1 and idx and tokens[idx - 1].hidden:
            tag = "\n" + tag
        if token.nesting == 1 and idx + 1 < len(tokens):
            after = tokens[idx + 1]
            if after.type == "inline" or after.hidden or (after.nesting == -1 and after.tag == token.tag):
                return tag + ">"
        return tag + ">\n"
