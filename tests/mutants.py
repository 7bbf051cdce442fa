"""Mutants of a solution: the same code with one small change of its syntax tree, as a check must be able to see.

A check that lets a mutant pass has not asked the case in which it differs. Each mutant is named by its line before
and after the change, so a name stays valid when other lines are edited.
"""

import ast
import copy
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Mutant:
    """A changed solution: its line before and after, and the whole code."""

    name: str
    code: str


COMPARISONS = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
}
OPERATORS = {
    ast.Add: (ast.Sub,),
    ast.Sub: (ast.Add,),
    ast.Mult: (ast.Div,),
    ast.Div: (ast.Mult,),
    ast.FloorDiv: (ast.Div,),
    ast.Mod: (ast.FloorDiv,),
    ast.Pow: (ast.Mult,),
    ast.BitAnd: (ast.BitOr,),
    ast.BitOr: (ast.BitAnd,),
}
ONE_WAY = (ast.Sub, ast.Div, ast.FloorDiv, ast.Mod, ast.Pow, ast.MatMult)  # the order of their operands matters
OTHER_FUNCTIONS = {
    "min": "max", "minimum": "maximum", "argmin": "argmax", "nanmin": "nanmax", "amin": "amax", "cummin": "cummax",
    "mean": "median", "nanmean": "mean", "sum": "mean", "nansum": "sum", "nanmedian": "nanmean", "std": "var",
    "any": "all", "ceil": "floor", "round": "floor", "prod": "sum", "cumsum": "cumprod", "zeros": "ones",
    "zeros_like": "ones_like", "sin": "cos", "exp": "expm1", "log": "log10", "vstack": "hstack",
    "logical_and": "logical_or", "less": "less_equal", "greater": "greater_equal", "isnan": "isfinite",
}  # fmt: skip
OTHER_FUNCTIONS |= {new: old for old, new in OTHER_FUNCTIONS.items() if new not in OTHER_FUNCTIONS}
DROPPED_CALLS = {"abs", "absolute", "fabs", "sqrt", "round", "sorted", "sort", "square", "ravel", "int", "float",
                 "clip", "nan_to_num", "unique", "flatten", "squeeze", "cumsum", "diff", "transpose", "detach",
                 "asarray", "relu", "softplus", "log", "exp", "ceil", "floor", "set", "copy"}  # fmt: skip


def mutants(code: str) -> list[Mutant]:
    """All mutants of a piece of code, each once, in the order of the code.

    Raises:
        SyntaxError: the code is none.
    """
    tree = ast.parse(code)
    found: dict[str, Mutant] = {}
    counts: Counter[str] = Counter()
    original = ast.unparse(tree)
    for name, changed in _changes(tree):
        text = ast.unparse(changed)
        if text == original or text in found:
            continue
        counts[name] += 1
        found[text] = Mutant(name if counts[name] == 1 else f"{name} #{counts[name]}", text)
    return list(found.values())


def _changes(tree: ast.Module) -> Iterator[tuple[str, ast.Module]]:
    """Every change: the name of the mutant and its tree."""
    for statement, body, place in _statements(tree):
        line = _line(statement)
        changed = _replaced(tree, body, place, ast.Pass())
        if not _is_text(statement):
            yield f"{line}  =>  (dropped)", changed
    for path, node in _nodes(tree):
        statement_path = _statement_path(tree, path)
        line = _line(_at(tree, statement_path))
        for replacement in _variants(node, tree):
            changed = copy.deepcopy(tree)
            _put(changed, path, replacement)
            ast.fix_missing_locations(changed)
            yield f"{line}  =>  {_line(_at(changed, statement_path))}", changed


Path = tuple[tuple[str, int | None], ...]


def _nodes(tree: ast.AST, path: Path = ()) -> Iterator[tuple[Path, ast.AST]]:
    """Every node below `tree` with its path, leaving out texts, messages of errors and annotations."""
    for name, value in ast.iter_fields(tree):
        if name in ("annotation", "returns", "decorator_list", "exc", "msg", "format_spec"):
            continue
        children = enumerate(value) if isinstance(value, list) else [(None, value)]
        for place, child in children:
            if isinstance(child, ast.AST) and not _is_text(child):
                here = (*path, (name, place))
                yield here, child
                yield from _nodes(child, here)


def _at(tree: ast.AST, path: Path) -> ast.AST:
    for name, place in path:
        tree = getattr(tree, name) if place is None else getattr(tree, name)[place]
    return tree


def _put(tree: ast.AST, path: Path, node: ast.AST) -> None:
    *before, (name, place) = path
    parent = _at(tree, tuple(before))
    if place is None:
        setattr(parent, name, node)
    else:
        getattr(parent, name)[place] = node


def _statement_path(tree: ast.AST, path: Path) -> Path:
    """Path of the innermost statement that holds a node."""
    return next(path[:end] for end in range(len(path), 0, -1) if isinstance(_at(tree, path[:end]), ast.stmt))


def _line(statement: ast.AST) -> str:
    """First line of a statement."""
    return ast.unparse(statement).splitlines()[0]


def _is_text(node: ast.AST) -> bool:
    value = node.value if isinstance(node, ast.Expr) else node
    return isinstance(value, ast.Constant | ast.JoinedStr) and not isinstance(
        getattr(value, "value", ""), int | float | complex
    )


def _statements(tree: ast.Module) -> Iterator[tuple[ast.stmt, Path, int]]:
    """Statements that can be dropped: with the path of their body and their place in it."""
    for path, node in _nodes(tree):
        if isinstance(node, ast.stmt) and not isinstance(
            node, ast.FunctionDef | ast.Import | ast.ImportFrom | ast.Pass
        ):
            *before, (name, place) = path
            yield node, (*before, (name, None)), place


def _replaced(tree: ast.Module, body: Path, place: int, statement: ast.stmt) -> ast.Module:
    changed = copy.deepcopy(tree)
    _at(changed, body)[place] = statement
    return ast.fix_missing_locations(changed)


def _variants(node: ast.AST, tree: ast.Module) -> Iterator[ast.AST]:
    """What may stand in the place of a node."""
    for kind, rule in RULES:
        if isinstance(node, kind):
            yield from rule(copy.deepcopy(node))
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
        yield from _other_argument(node, tree)


def _other_argument(node: ast.Name, tree: ast.Module) -> Iterator[ast.AST]:
    """The next argument of the function in the place of this one."""
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef | ast.Lambda):
            names = [argument.arg for argument in function.args.args]
            if node.id in names and len(names) > 1 and any(inner is node for inner in ast.walk(function)):
                yield ast.Name(names[(names.index(node.id) + 1) % len(names)], ast.Load())


def _comparison(node: ast.Compare) -> Iterator[ast.AST]:
    for place, operator in enumerate(node.ops):
        for other in COMPARISONS[type(operator)]:
            yield ast.Compare(node.left, [*node.ops[:place], other(), *node.ops[place + 1 :]], node.comparators)


def _operation(node: ast.BinOp) -> Iterator[ast.AST]:
    for other in OPERATORS.get(type(node.op), ()):
        yield ast.BinOp(node.left, other(), node.right)
    if isinstance(node.op, ONE_WAY):
        yield ast.BinOp(node.right, node.op, node.left)


def _augmented(node: ast.AugAssign) -> Iterator[ast.AST]:
    for other in OPERATORS.get(type(node.op), ()):
        yield ast.AugAssign(node.target, other(), node.value)
    yield ast.Assign([node.target], node.value)


def _constant(node: ast.Constant) -> Iterator[ast.AST]:
    value = node.value
    if isinstance(value, bool):
        yield ast.Constant(not value)
    elif isinstance(value, int):
        yield ast.Constant(value + 1)
        yield ast.Constant(value - 1)
    elif isinstance(value, float):
        yield ast.Constant(value + 1.0)
        yield ast.Constant(value * 1.1 if value else -1.0)


def _call(node: ast.Call) -> Iterator[ast.AST]:
    for place in range(len(node.args) - 1):
        swapped = list(node.args)
        swapped[place], swapped[place + 1] = swapped[place + 1], swapped[place]
        yield ast.Call(node.func, swapped, node.keywords)
    for place in range(len(node.keywords)):
        yield ast.Call(node.func, node.args, [*node.keywords[:place], *node.keywords[place + 1 :]])
    yield from _other_function(node)
    name = _function_name(node.func)
    if name in DROPPED_CALLS and node.args:
        yield node.args[0]
    elif name in DROPPED_CALLS and isinstance(node.func, ast.Attribute):
        yield node.func.value
    if name in ("range", "arange") and node.args:
        end = min(1, len(node.args) - 1)
        for shifted in _by_one(node.args[end]):
            yield ast.Call(node.func, [*node.args[:end], shifted, *node.args[end + 1 :]], node.keywords)


def _function_name(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _other_function(node: ast.Call) -> Iterator[ast.AST]:
    other = OTHER_FUNCTIONS.get(_function_name(node.func))
    if other and isinstance(node.func, ast.Attribute):
        yield ast.Call(ast.Attribute(node.func.value, other, ast.Load()), node.args, node.keywords)
    elif other:
        yield ast.Call(ast.Name(other, ast.Load()), node.args, node.keywords)


def _by_one(node: ast.expr) -> Iterator[ast.expr]:
    if not isinstance(node, ast.Constant):  # a constant has its own variants
        for operator in (ast.Add(), ast.Sub()):
            yield ast.BinOp(node, operator, ast.Constant(1))


def _both(node: ast.BoolOp) -> Iterator[ast.AST]:
    yield ast.BoolOp(ast.Or() if isinstance(node.op, ast.And) else ast.And(), node.values)
    for place in range(len(node.values)):
        rest = [*node.values[:place], *node.values[place + 1 :]]
        yield rest[0] if len(rest) == 1 else ast.BoolOp(node.op, rest)


def _sign(node: ast.UnaryOp) -> Iterator[ast.AST]:
    yield node.operand


def _choice(node: ast.IfExp) -> Iterator[ast.AST]:
    yield node.body
    yield node.orelse


def _slice(node: ast.Slice) -> Iterator[ast.AST]:
    for lower in _by_one(node.lower) if node.lower else [ast.Constant(1)]:
        yield ast.Slice(lower, node.upper, node.step)
    for upper in _by_one(node.upper) if node.upper else [ast.UnaryOp(ast.USub(), ast.Constant(1))]:
        yield ast.Slice(node.lower, upper, node.step)
    if node.step:
        yield ast.Slice(node.lower, node.upper)


def _index(node: ast.Subscript) -> Iterator[ast.AST]:
    if isinstance(node.slice, ast.Name | ast.BinOp | ast.Call):
        for shifted in _by_one(node.slice):
            yield ast.Subscript(node.value, shifted, node.ctx)


def _order(node: ast.Tuple) -> Iterator[ast.AST]:
    for place in range(len(node.elts) - 1 if isinstance(node.ctx, ast.Load) else 0):
        swapped = list(node.elts)
        swapped[place], swapped[place + 1] = swapped[place + 1], swapped[place]
        yield ast.Tuple(swapped, node.ctx)


def _condition(node: ast.If) -> Iterator[ast.AST]:
    yield ast.If(ast.Constant(True), node.body, node.orelse)
    if node.orelse:
        yield ast.If(ast.Constant(False), node.body, node.orelse)


def _filter(node: ast.comprehension) -> Iterator[ast.AST]:
    for place in range(len(node.ifs)):
        yield ast.comprehension(node.target, node.iter, [*node.ifs[:place], *node.ifs[place + 1 :]], node.is_async)


RULES: tuple[tuple[type, Callable], ...] = (
    (ast.Compare, _comparison),
    (ast.BinOp, _operation),
    (ast.AugAssign, _augmented),
    (ast.Constant, _constant),
    (ast.Call, _call),
    (ast.BoolOp, _both),
    (ast.UnaryOp, _sign),
    (ast.IfExp, _choice),
    (ast.Slice, _slice),
    (ast.Subscript, _index),
    (ast.Tuple, _order),
    (ast.If, _condition),
    (ast.comprehension, _filter),
)
