"""A user's own settings of matplotlib, Keras, IPython and Jupyter do not reach the course.

What the notebooks show and compute depends on figures that are inline, on the layout and number type of Keras, on the
interpreter and on the folder that is served; somebody's matplotlibrc or keras.json would change them. Whoever starts a
kernel or a server of the course gives it `environment()`. Kernels that were started by others are put right when
`bootcamp.runtime` is imported, which is the first thing that every notebook does; `remarks()` names what is left.
"""

import importlib.abc
import importlib.util
import os
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

from bootcamp.runtime.environment import home

SETTINGS = Path(__file__).with_name("settings")
"""The course's own settings: folders that are read, never written."""
INLINE = "module://matplotlib_inline.backend_inline"
OWN = {
    "KERAS_HOME": str(SETTINGS / "keras"),
    "MATPLOTLIBRC": str(SETTINGS / "matplotlibrc"),
    "PYTHONNOUSERSITE": "1",
}
"""Variables of every process of the course."""
NOT_INHERITED = ("MPLBACKEND", "JUPYTER_CONFIG_PATH", "JUPYTER_PATH", "IPYTHON_DIR", "PYTHONSTARTUP")
"""Variables with which a user's settings would come in by another door."""


def environment(inherited: Mapping[str, str], scratch: Path) -> dict[str, str]:
    """Variables for a kernel or server of the course.

    Args:
        inherited: those of this process.
        scratch: folder that may be written; IPython's history and Jupyter's own settings go there.
    """
    kept = {name: value for name, value in inherited.items() if name not in NOT_INHERITED}
    own = {
        "IPYTHONDIR": str(scratch / "ipython"),
        "JUPYTER_CONFIG_DIR": str(scratch / "jupyter"),
        "JUPYTER_PREFER_ENV_PATH": "1",  # the kernel `python3` is the one of this environment
    }
    return kept | OWN | own


class AfterImport(importlib.abc.MetaPathFinder):
    """Calls a function with a module as soon as that has been imported, whoever imports it.

    Args:
        name: of the module.
        action: called with the module.
        around: context in which the module is executed, such as one without messages; None for none.
    """

    def __init__(self, name: str, action: Callable[[ModuleType], None], around: Callable[[], Any] | None = None):
        self.name, self._action, self._around = name, action, around

    def find_spec(self, name: str, path: Any, target: Any = None) -> Any:
        """Spec of the module whose loader also calls the action; None for every other module."""
        if name != self.name:
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(name)
        if spec is not None and spec.loader is not None:
            execute = spec.loader.exec_module

            def exec_module(module: ModuleType) -> None:
                if self._around is None:
                    execute(module)
                else:
                    with self._around():
                        execute(module)
                self._action(module)

            spec.loader.exec_module = exec_module
        return spec


def after_import(name: str, action: Callable[[ModuleType], None], around: Callable[[], Any] | None = None) -> None:
    """Call `action` with a module now if it is imported already, else as soon as it is; once."""
    if name in sys.modules:
        action(sys.modules[name])
    elif not any(type(finder).__name__ == "AfterImport" and finder.name == name for finder in sys.meta_path):
        sys.meta_path.insert(0, AfterImport(name, action, around))


def scratch() -> Path:
    """Folder for what IPython and Jupyter write of their own: the learner's, or a temporary one without a home."""
    try:
        folder = home()
        folder.mkdir(parents=True, exist_ok=True)
        if os.access(folder, os.W_OK):
            return folder
    except OSError:  # a SettingError is one as well
        pass
    return Path(tempfile.mkdtemp(prefix="bootcamp-"))


def isolate() -> None:
    """Put right in this process what somebody's settings would change."""
    os.environ.update({name: value for name, value in OWN.items() if name != "PYTHONNOUSERSITE"})
    after_import("matplotlib", _reset_matplotlib)
    after_import("keras", _reset_keras)
    shell = _kernel_shell()
    if shell is not None:
        os.environ["MPLBACKEND"] = INLINE
        _reset_shell(shell)


def _kernel_shell() -> Any:
    """IPython's shell if this process is a Jupyter kernel, else None."""
    module = sys.modules.get("IPython")
    shell = module.get_ipython() if module is not None else None
    return shell if hasattr(shell, "kernel") else None


def _reset_matplotlib(matplotlib: ModuleType) -> None:
    """Defaults instead of a matplotlibrc; in a kernel inline figures."""
    matplotlib.rcParams.update({k: v for k, v in matplotlib.rcParamsDefault.items() if not k.startswith("backend")})
    if _kernel_shell() is not None:
        matplotlib.use(INLINE, force=False)


def _reset_keras(keras: ModuleType) -> None:
    """The number type and image layout of the course, also where Keras was imported before the course."""
    keras.config.set_floatx("float32")
    keras.config.set_image_data_format("channels_last")


def _reset_shell(shell: Any) -> None:
    """One result for a cell, and figures as PNG, as the notebooks are stored and compared."""
    from matplotlib_inline.config import InlineBackend

    shell.ast_node_interactivity = "last_expr"
    inline = InlineBackend.instance(parent=shell)
    inline.figure_formats, inline.rc, inline.print_figure_kwargs = {"png"}, {}, {"bbox_inches": "tight"}
    inline.close_figures = True


def remarks(inherited: Mapping[str, str] | None = None) -> list[str]:
    """Settings of a user that the course does not take over, one sentence each; for `bootcamp doctor`."""
    variables = os.environ if inherited is None else inherited
    home = Path(variables.get("HOME") or "/nonexistent")
    files = {
        home / ".keras" / "keras.json": "Keras",
        home / ".config" / "matplotlib" / "matplotlibrc": "matplotlib",
        home / ".ipython" / "profile_default" / "ipython_config.py": "IPython",
        home / ".ipython" / "profile_default" / "ipython_kernel_config.py": "IPython kernels",
        home / ".jupyter" / "jupyter_server_config.py": "Jupyter",
        home / ".jupyter" / "jupyter_lab_config.py": "JupyterLab",
    }
    found = [f"{path} ({what})" for path, what in files.items() if path.is_file()]
    found += [f"{path} (IPython start-up)" for path in sorted((home / ".ipython/profile_default/startup").glob("*.py"))]
    return found + [f"the variable {name}" for name in ("MPLBACKEND", "PYTHONSTARTUP") if variables.get(name)]
