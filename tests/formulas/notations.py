"""A formula in Python's syntax as others write it: in LaTeX, in calls of libraries, with names of their own."""

import ast
from collections.abc import Callable, Mapping

# How each name of the homework may be spelled in LaTeX, and in programs.
_LATEX: Mapping[str, str] = {"Xh": r"\hat{X}", "X": r"\mathbf{X}", "p": "p(y=0)"}
_CODE: Mapping[str, str] = {"Xh": "X_hat"}


def plain(tree: ast.expr) -> str:
    """As Python has it, in the homework's names."""
    return ast.unparse(tree).replace("Xh", "X'")


def latex(tree: ast.expr) -> str:
    """In LaTeX, the loss called \\mathcal{L} and gradients as derivatives of it."""
    return f"A = {_tex(tree)}"


def _tex(node: ast.expr) -> str:
    match node:
        case ast.Name():
            found = _tex_name(node.id)
        case ast.Attribute(value=inner):
            found = rf"{_group(inner)}^{{\top}}"
        case ast.UnaryOp(operand=inner):
            found = f"-{_group(inner)}"
        case ast.BinOp():
            found = _tex_operation(node)
        case ast.Compare(left=left, comparators=[right]):
            found = rf"\mathbf{{1}}_{{\{{{_tex(left)} > {_tex(right)}\}}}}"
        case ast.Call(func=ast.Name(id=name), args=args):
            found = _tex_call(name, [_tex(one) for one in args])
        case _:
            found = ast.unparse(node)
    return found


def _tex_name(name: str) -> str:
    if name.startswith("grad_"):
        return rf"\frac{{\partial \mathcal{{L}}}}{{\partial {_tex_name(name.removeprefix('grad_'))}}}"
    base, _, below = name.partition("_")
    return _LATEX.get(base, base) + (f"_{{{below}}}" if below else "")


def _group(node: ast.expr) -> str:
    inner = _tex(node)
    return inner if isinstance(node, ast.Name | ast.Constant) else rf"\left({inner}\right)"


def _tex_operation(node: ast.BinOp) -> str:
    match node.op:
        case ast.Add():
            return f"{_tex(node.left)} + {_group(node.right)}"
        case ast.Sub():
            return f"{_tex(node.left)} - {_group(node.right)}"
        case ast.Div():
            return rf"\frac{{{_tex(node.left)}}}{{{_tex(node.right)}}}"
        case ast.MatMult():
            return rf"{_group(node.left)} \, {_group(node.right)}"
    return rf"{_group(node.left)} \cdot {_group(node.right)}"


def _tex_call(name: str, args: list[str]) -> str:
    if name == "exp":
        return f"e^{{{args[0]}}}"
    if name == "relu":
        return rf"\max \left\{{ 0, {args[0]} \right\}}"
    if name == "outer":
        return rf"\left({args[0]}\right) \otimes \left({args[1]}\right)"
    return rf"\operatorname{{{name}}} \bigl({', '.join(args)}\bigr)"


_CALLS: Mapping[type[ast.operator], str] = {
    ast.Add: "np.add", ast.Sub: "np.subtract", ast.Mult: "np.multiply", ast.Div: "np.divide", ast.MatMult: "np.matmul",
}  # fmt: skip


def calls(tree: ast.expr) -> str:
    """In calls of libraries, gradients as programs name them."""
    return f"result = {_called(tree)}  # my answer"


def _called(node: ast.expr) -> str:
    match node:
        case ast.Name(id=name) if name.startswith("grad_"):
            found = f"dL_d{name.removeprefix('grad_').replace('_', '')}"
        case ast.Name(id=name):
            found = _CODE.get(name, name)
        case ast.Attribute(value=inner):
            found = f"np.transpose({_called(inner)})"
        case ast.UnaryOp(operand=inner):
            found = f"np.negative({_called(inner)})"
        case ast.BinOp(left=left, op=op, right=right):
            found = f"{_CALLS[type(op)]}({_called(left)}, {_called(right)})"
        case ast.Compare(left=left, comparators=[right]):
            found = f"({_called(left)} > {_called(right)}).astype(float)"
        case ast.Call(func=ast.Name(id=name), args=args):
            library = {"relu": "F.relu", "exp": "np.exp", "outer": "np.outer", "pad": "np.pad"}.get(name, name)
            found = f"{library}({', '.join(map(_called, args))})"
        case _:
            found = ast.unparse(node)
    return found


def defined(tree: ast.expr) -> str:
    """With the operands of the outermost operation under names of one's own, given first, and a value behind."""
    match tree:
        case ast.BinOp(left=left, op=op, right=right):
            whole = ast.unparse(ast.BinOp(ast.Name("u"), op, ast.Name("v")))
            return f"u = {plain(left)}\nv = {plain(right)}\nh = {whole}"
        case ast.Call(func=func, args=[first, *rest]):
            whole = ast.unparse(ast.Call(func, [ast.Name("u"), *rest], [])).replace("Xh", "X'")
            return f"{whole}, where u = {plain(first)}"
    return plain(tree)


NOTATIONS: Mapping[str, Callable[[ast.expr], str]] = {
    "plain": plain, "latex": latex, "calls": calls, "defined": defined,
}  # fmt: skip


def written(text: str, notation: str) -> str:
    """A formula in Python's syntax in another notation."""
    return NOTATIONS[notation](ast.parse(text, mode="eval").body)
