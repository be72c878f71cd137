"""How templates are run: Jinja's own way, with the detours left out that most calls on a page do not need.

A page calls some hundreds of functions and macros. Jinja asks of each whether it wants the context first; here a plain
function or method and a macro are known by their type. Nothing else is different.
"""

from __future__ import annotations

from types import BuiltinMethodType, FunctionType, MethodType
from typing import Any

from flask.templating import Environment
from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.runtime import Context, Macro, Undefined
from markupsafe import Markup, escape

_PLAIN = (FunctionType, MethodType, BuiltinMethodType)
# What Jinja's decorators (pass_context and its like) write on a function.
_MARK = "jinja_pass_arg"


class QuickContext(Context):
    """A context that calls what asks for nothing besides its arguments at once."""

    def call(
        __self,  # noqa: N805 # as Jinja has it, so that a template's function may have an argument "self"
        __obj: Any,  # noqa: ANN401 # whatever a template calls
        *args: Any,  # noqa: ANN401 # as above
        _loop_vars: Any = None,  # noqa: ANN401 # as above
        _block_vars: Any = None,  # noqa: ANN401 # as above
        **kwargs: Any,  # noqa: ANN401 # as above
    ) -> Any | Undefined:  # noqa: ANN401 # as above
        """What something gives for some arguments."""
        kind = type(__obj)
        if kind is Macro:
            return __obj(__self.eval_ctx, *args, **kwargs)
        if kind in _PLAIN and not hasattr(__obj, _MARK):
            try:
                return __obj(*args, **kwargs)
            except StopIteration:  # as Jinja: else the generator around it would seem to have ended
                return __self.environment.undefined("a called function has ended an iteration")
        return super().call(__obj, *args, _loop_vars=_loop_vars, _block_vars=_block_vars, **kwargs)


class QuickCode(CodeGenerator):
    """Templates compiled so that what is written on a page is asked for its escaped text by :func:`shown`."""

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:  # noqa: ANN401 # Jinja's own
        if frame.eval_ctx.volatile or not frame.eval_ctx.autoescape:
            super()._output_child_pre(node, frame, finalize)
            return
        self.write("environment.shown(")
        if finalize.src is not None:
            self.write(finalize.src)


def shown(value: object) -> str:
    """The text of a value as a page holds it, which is joined to others and not escaped again."""
    if type(value) is Markup:
        return value
    return escape(value)


class QuickEnvironment(Environment):
    """Flask's environment with such contexts and such code."""

    context_class = QuickContext
    code_generator_class = QuickCode
    shown = staticmethod(shown)
