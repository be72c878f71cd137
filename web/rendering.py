"""How templates are run: Jinja's own way, with the detours left out that most calls on a page do not need.

A page calls some hundreds of functions and macros. Jinja asks of each whether it wants the context first, hands it what
it would want, and looks for a macro's arguments by name; here they are called at once. What is the same on every page
of an environment, such as a text in its one language, is written into the template's code. Nothing else is different.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from keyword import iskeyword
from typing import Any

from flask.templating import Environment
from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame, MacroRef
from jinja2.runtime import Macro
from jinja2.utils import missing
from markupsafe import Markup, escape

# What Jinja's decorators (pass_context and its like) write on a function.
_MARK = "jinja_pass_arg"
_new = str.__new__


def quick_macro(
    environment: Environment, run: Callable[..., str], name: str | None, arguments: Sequence[str], caller: bool
) -> Callable[..., str]:
    """A macro as a function: what Jinja's own gives for the same arguments; what does not fit is left to that."""
    slow = Macro(environment, run, name or "", [*arguments], False, False, caller, True)
    wanted = [*arguments, "caller"] if caller else arguments
    count, most = len(arguments), len(wanted)

    def called(*args: object, **named: object) -> str:
        there = len(args)
        if not named and there == most == count:
            return _new(Markup, run(*args))  # what a template has written is escaped
        rest = [named.get(one, missing) for one in wanted[there:]]
        fits = there <= count and len(rest) - rest.count(missing) == len(named)
        if not fits or (caller and rest[-1] is missing):
            text: str = slow(*args, **named)
            return text
        return _new(Markup, run(*args, *rest))

    return called


class QuickCode(CodeGenerator):
    """Templates compiled so."""

    environment: QuickEnvironment

    def visit_Call(  # noqa: N802 # as Jinja has it
        self,
        node: nodes.Call,
        frame: Frame,
        forward_caller: bool = False,
    ) -> None:
        """Write a call without what only functions that ask for the context need."""
        if (value := self._settled(node)) is not missing:
            self.write(repr(value))
            return
        odd = node.dyn_args or node.dyn_kwargs or any(iskeyword(given.key) for given in node.kwargs)
        if odd or (isinstance(node.node, nodes.Name) and self._asks(node.node.name)):
            super().visit_Call(node, frame, forward_caller=forward_caller)
            return
        self.visit(node.node, frame)
        self.write("(")
        for place, given in enumerate((*node.args, *node.kwargs)):
            self.write(", " if place else "")
            self.visit(given, frame)
        if forward_caller:
            self.write(", caller=caller" if node.args or node.kwargs else "caller=caller")
        self.write(")")

    def macro_def(self, macro_ref: MacroRef, frame: Frame) -> None:
        """Write the making of a macro."""
        names = tuple(argument.name for argument in macro_ref.node.args)
        if macro_ref.accesses_kwargs or macro_ref.accesses_varargs or "caller" in names or _volatile(frame):
            super().macro_def(macro_ref, frame)
            return
        name = getattr(macro_ref.node, "name", None)
        self.write(f"environment.macro(environment, macro, {name!r}, {names!r}, {macro_ref.accesses_caller!r})")

    def _asks(self, name: str) -> bool:
        return hasattr(self.environment.globals.get(name), _MARK)

    def _settled(self, node: nodes.Node) -> Any:  # noqa: ANN401 # whatever a template's function gives
        """What a call gives that gives the same on every page; else ``missing``."""
        if not isinstance(node, nodes.Call) or not isinstance(node.node, nodes.Name):
            return missing
        if node.node.name not in self.environment.settled or node.dyn_args or node.dyn_kwargs:
            return missing
        try:
            named = {one.key: one.value.as_const() for one in node.kwargs}
            given = [one.as_const() for one in node.args]
        except nodes.Impossible:
            return missing
        function: Callable[..., Any] = self.environment.globals[node.node.name]  # type: ignore[assignment] # a function
        return function(*given, **named)

    def _output_child_to_const(self, node: nodes.Expr, frame: Frame, finalize: Any) -> str:  # noqa: ANN401 # Jinja's own
        value = self._settled(node)
        if value is missing or _volatile(frame):
            return super()._output_child_to_const(node, frame, finalize)
        return str(escape(value))

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:  # noqa: ANN401 # as above
        if _volatile(frame) or finalize.src is not None:
            super()._output_child_pre(node, frame, finalize)
        else:
            self.write("(shown if type(shown := (")

    def _output_child_post(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:  # noqa: ANN401 # as above
        if _volatile(frame) or finalize.src is not None:
            super()._output_child_post(node, frame, finalize)
        else:
            self.write(")) is Markup else escape(shown))")


def _volatile(frame: Frame) -> bool:
    """Whether it is not certain that what is written is escaped."""
    return frame.eval_ctx.volatile or not frame.eval_ctx.autoescape


class QuickEnvironment(Environment):
    """Flask's environment with such code.

    ``settled`` holds the names of the functions that give the same on every page for the same arguments.
    """

    code_generator_class = QuickCode
    macro = staticmethod(quick_macro)
    settled: frozenset[str] = frozenset()
