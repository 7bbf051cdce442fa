"""A `fit` that is given bare arrays, found in code that is not run."""

import ast
import contextlib

BATCH_MAKERS = {"batches", "loaded_batches", "patch_batches"}
NO_NETWORKS = {"pinn", "estimator", "statistics_model"}
"""Names before `.fit(` that promise something else than a Keras network, beside those imported from scikit-learn."""


def without_batches(*sources: str) -> list[str]:
    """The calls of `fit` of a network in these pieces of code whose data is not, visibly, the course's batches.

    Batches are a call of a function in `BATCH_MAKERS`, a name that this code only ever gives to such a call, or the
    parameter `batches` of a function. A piece that cannot be parsed has no call.

    >>> without_batches("network.fit(x, y, epochs=3)")
    ['network.fit(x, y, epochs=3)']
    >>> without_batches("b = training.batches(x, y, seed=0); network.fit(b, epochs=3)")
    []
    """
    nodes: list[ast.AST] = []
    for source in sources:
        with contextlib.suppress(SyntaxError):
            nodes += ast.walk(ast.parse(source))
    others = NO_NETWORKS.union(*(_imported_estimators(node) for node in nodes))
    given = _named_batches(nodes)
    calls = [n for n in nodes if isinstance(n, ast.Call) and isinstance(n.func, ast.Attribute) and n.func.attr == "fit"]
    return [ast.unparse(n) for n in calls if not (_names(n.func.value) & others or _gets_batches(n, given))]


def _imported_estimators(node: ast.AST) -> set[str]:
    """Names that an import brings in from scikit-learn or NumPy, which has a `fit` of its own."""
    if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in {"sklearn", "numpy"}:
        return {alias.asname or alias.name for alias in node.names}
    if isinstance(node, ast.Import):
        return {alias.asname or alias.name for alias in node.names if alias.name.split(".")[0] in {"sklearn", "numpy"}}
    return set()


def _named_batches(nodes: list[ast.AST]) -> set[str]:
    """Names of batches: those to which nothing else is assigned, and the parameter `batches`."""
    made, other = set(), set()
    for node in nodes:
        if isinstance(node, ast.arg) and node.arg == "batches":
            made.add(node.arg)
        if isinstance(node, ast.Assign):
            names = {target.id for target in node.targets if isinstance(target, ast.Name)}
            (made if _makes_batches(node.value) else other).update(names)
    return made - other


def _makes_batches(node: ast.AST) -> bool:
    function = node.func if isinstance(node, ast.Call) else None
    return getattr(function, "attr", getattr(function, "id", None)) in BATCH_MAKERS


def _gets_batches(call: ast.Call, given: set[str]) -> bool:
    named = {keyword.arg: keyword.value for keyword in call.keywords}
    data = call.args[0] if call.args else named.get("x")
    alone = len(call.args) < 2 and not {"y", "batch_size", "shuffle", "steps_per_epoch"} & set(named)
    return alone and data is not None and (_makes_batches(data) or (isinstance(data, ast.Name) and data.id in given))


def _names(node: ast.AST) -> set[str]:
    """Every name and attribute in the expression before `.fit`, its arguments left out."""
    if isinstance(node, ast.Call):
        return _names(node.func)
    if isinstance(node, ast.Attribute):
        return {node.attr} | _names(node.value)
    return {node.id} if isinstance(node, ast.Name) else set()
