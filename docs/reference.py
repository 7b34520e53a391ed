"""The reference of the package, written from its docstrings.

    python docs/reference.py

It writes docs/reference.md: every name of `analysis.__all__`, what is in it, and every class that
one of these gives. A test compares the file with what the docstrings say.
"""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

import analysis
from analysis.saying.base import Block

WHERE = Path(__file__).with_suffix(".md")
HEAD = """# Reference

Everything that `from analysis import …` offers, from the docstrings in the code. To begin, see \
[explore](exploring.md) and [write a notebook](notebooks.md). This page is not written by hand: \
change a docstring and run `python docs/reference.py`.
"""


def page() -> str:
    """The whole page."""
    public = {name: getattr(analysis, name) for name in analysis.__all__}
    modules = {name: each for name, each in public.items() if inspect.ismodule(each)}
    single = {name: each for name, each in public.items() if name not in modules}
    within = {name: members(each, [*single.values()]) for name, each in modules.items()}
    more = given([*single.values(), *(each for own in within.values() for each in own.values())])
    links = (f"[`{name}`](#{kind(each).lower()}-{name.lower()})" for name, each in public.items())
    parts = [HEAD, " · ".join(links), ""]
    parts += [part for name, each in single.items() for part in entry(name, each)]
    for name, module in modules.items():
        parts += [f"## Module `{name}`", "", told(module), ""]
        own = within[name].items()
        calls = [item(n, each) for n, each in own if not inspect.isclass(each)]
        parts += [*calls, ""] if calls else []
        classes = [(f"{name}.{n}", each) for n, each in own if inspect.isclass(each)]
        parts += [part for each in classes for part in entry(*each, level=3)]
    parts += ["## What these give", ""]
    parts += [part for each in sorted(more.items()) for part in entry(*each, level=3)]
    return "\n".join(parts)


def kind(each: Any) -> str:
    """What a public name stands for. It begins the heading: no two may have one address, and an
    address does not tell `Text` from `text`."""
    if inspect.ismodule(each):
        return "Module"
    return "Class" if inspect.isclass(each) else "Function"


def members(module: Any, besides: list[Any]) -> dict[str, Any]:
    """The public functions and classes of a module, and the blocks that it gathers."""
    return {
        name: each
        for name, each in vars(module).items()
        if not name.startswith("_") and each not in besides
        if inspect.isclass(each) or inspect.isfunction(each)
        if each.__module__ == module.__name__ or _is_block(each)
    }


def _is_block(each: Any) -> bool:
    return inspect.isclass(each) and issubclass(each, Block)


def methods(of: type) -> dict[str, Any]:
    """The public methods and properties of a class and of its bases in this package; what all
    blocks have is told of `Block` alone."""
    found: dict[str, Any] = {}
    bases = [of] if _is_block(of) else [each for each in of.__mro__ if _is_ours(each)]
    for base in reversed(bases):
        found |= {name: each for name, each in vars(base).items() if not name.startswith("_")}
    kinds = (property, cached_property, classmethod, staticmethod)
    return {n: e for n, e in found.items() if inspect.isfunction(e) or isinstance(e, kinds)}


def given(listed: list[Any]) -> dict[str, type]:
    """The classes of the package that something listed gives, and what these give in turn."""
    more, ahead = {}, [*listed]
    for each in ahead:
        for giver in (each, *(methods(each).values() if inspect.isclass(each) else ())):
            for found in _results(giver):
                if found not in ahead:
                    more[found.__name__] = found
                    ahead.append(found)
    return more


def _results(giver: Any) -> Iterator[type]:
    call = _call(giver)
    if inspect.isfunction(call):
        for word in re.findall(r"\w+", str(call.__annotations__.get("return", ""))):
            found = call.__globals__.get(word)
            if inspect.isclass(found) and _is_ours(found):
                yield found


def _is_ours(each: type) -> bool:
    return each.__module__.startswith("analysis.")


def _call(each: Any) -> Any:
    """The function behind a method or property."""
    for name in ("fget", "func", "__func__"):
        each = getattr(each, name, each)
    return each


# ----------------------------------------------------------------------------------------- writing


def entry(name: str, each: Any, level: int = 2) -> list[str]:
    """A heading, how it is called, what it is, and its methods."""
    called = f"{name.rpartition('.')[2]}{signature(each)}"
    head = f"{kind(each)} `{name}`" if level == 2 else f"`{name}`"
    lines = [f"{'#' * level} {head}", "", f"`{called}`", "", told(each), ""]
    own = methods(each) if inspect.isclass(each) else {}
    return [
        *lines,
        *(item(n, method, bound=True) for n, method in own.items()),
        *([""] if own else []),
    ]


def item(name: str, each: Any, *, bound: bool = False) -> str:
    """A function, or a method or property (`bound`), in a list."""
    plain = isinstance(each, property | cached_property)
    called = "" if plain else signature(each, bound=bound)
    return f"- **`{name}{called}`** {told(_call(each))}"


class _Written(str):
    """An annotation as it is written in the code."""

    def __repr__(self) -> str:
        return str(self)


def signature(each: Any, *, bound: bool = False) -> str:
    """How something is called: its parameters, and what it gives. Nothing for an error.

    The first parameter of a `bound` method is its object.
    """
    is_class = inspect.isclass(each)
    if is_class and issubclass(each, Exception):
        return ""
    found, written = inspect.signature(_call(each)), {}
    for base in reversed(each.__mro__) if is_class else ():
        written |= vars(base).get("__annotations__", {})  # fields, before pydantic read them
    kept = [
        parameter.replace(annotation=_annotation(written.get(name, parameter.annotation)))
        for name, parameter in [*found.parameters.items()][bound:]
        if not name.startswith("_")
    ]
    gives = inspect.Signature.empty if is_class else _annotation(found.return_annotation)
    return str(found.replace(parameters=kept, return_annotation=gives))


def _annotation(of: Any) -> Any:
    if of is inspect.Parameter.empty:
        return of
    text = getattr(of, "__forward_arg__", of)
    return _Written(text if isinstance(text, str) else inspect.formatannotation(text))


def told(each: Any) -> str:
    """A docstring as one paragraph, but for lines of an example, which are code."""
    text = inspect.getdoc(each)
    if not text:
        raise SystemExit(f"{each} has no docstring")
    return re.sub(r"\s*\n\s*", " ", text)


if __name__ == "__main__":
    WHERE.write_text(page(), "utf-8")
    sys.stdout.write(f"{WHERE}\n")
