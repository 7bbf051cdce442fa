"""JupyterHub for a class on one server. Start it with `make hub`; classroom/README.md says how, step by step.

Everything is set by environment variables:

| variable | default | meaning |
|---|---|---|
| BOOTCAMP_CLASS_SPAWNER | local | `local`: a process under each learner's own system user; `docker`: a container each |
| BOOTCAMP_CLASS_STATE | /srv/bootcamp | folder for hashed passwords, cookie secret and database; root only |
| BOOTCAMP_CLASS_ADDRESS | http://:8000 | where learners reach the hub |
| BOOTCAMP_CLASS_TLS_KEY, _TLS_CERTIFICATE | none | PEM files: the hub then speaks https |
| BOOTCAMP_CLASS_ADMIN | instructor | learner name that may see and stop all servers |
| BOOTCAMP_CLASS_PROFILE | by machine | parameters of the working copies: laptop, gpu, smoke |
| BOOTCAMP_CLASS_CPUS | 2 | cores per learner |
| BOOTCAMP_CLASS_MEMORY | 8G | memory per learner (docker) or per process (local; `none` where there is a GPU) |
| BOOTCAMP_CLASS_GPUS | all | GPUs to share out, such as 0,1; `none`: no GPU |
| BOOTCAMP_CLASS_GPU_MEMORY_FRACTION | none | share of a GPU's memory for each process that uses PyTorch, such as 0.2 |
| BOOTCAMP_CLASS_MPS_MEMORY | none | docker, with NVIDIA's MPS running: GPU memory of each process, such as 8G |
| BOOTCAMP_CLASS_KERNEL_IDLE | 3600 | seconds after which an idle kernel is shut down |
| BOOTCAMP_CLASS_SERVER_IDLE | 7200 | seconds after which an idle server is stopped |
| BOOTCAMP_DATA | datasets/ | folder of the data sets (local), folder or volume (docker: bootcamp-data), read-only |
| BOOTCAMP_CLASS_HOMES | /home | local: where home folders are made |
| BOOTCAMP_CLASS_IMAGE, _NETWORK | bootcamp | docker: image and network |
| BOOTCAMP_CLASS_HUB_IP | 127.0.0.1 | docker, 172.30.0.1: address of the server in the network of the containers |
| BOOTCAMP_CLASS_HUB_PORT, _PROXY_PORT | 8081, 8001 | ports that the hub and its proxy use between themselves |

BOOTCAMP_LEADERBOARD, BOOTCAMP_CLASS_PASSWORD (of the leaderboard), BOOTCAMP_OFFLINE and BOOTCAMP_MIRROR are passed on
to the learners. What is a limit and what is only a default stands beside each setting below.
"""

import os
import pwd
import sys
from pathlib import Path

from bootcamp import course
from bootcamp.classroom import hub
from bootcamp.classroom.login import LocalSlipAuthenticator, SlipAuthenticator
from bootcamp.leaderboard.records import sqlite_address
from bootcamp.runtime import children

c = get_config()  # noqa: F821 - given by JupyterHub

try:
    settings = hub.read_settings()
    hub.check(settings)
    c.ConfigurableHTTPProxy.command = hub.proxy_command()
except hub.HubError as error:
    sys.exit(f"jupyterhub: {error}")


# The hub, its proxy and what they keep.
c.JupyterHub.bind_url = settings.address
c.JupyterHub.ssl_key = settings.tls_key
c.JupyterHub.ssl_cert = settings.tls_certificate
c.JupyterHub.hub_ip = settings.hub_ip
c.JupyterHub.hub_port = settings.hub_port
c.JupyterHub.db_url = sqlite_address(settings.state / "jupyterhub.sqlite")
c.JupyterHub.cookie_secret_file = str(settings.state / "cookie_secret")
c.ConfigurableHTTPProxy.api_url = f"http://127.0.0.1:{settings.proxy_port}"
c.ConfigurableHTTPProxy.pid_file = str(settings.proxy_pid)

# Who may come in: those who have a slip, also one that is printed while the hub runs. A name without a password in the
# accounts lets nobody in, wherever the hub has it from, and no shared password lets one learner in as another.
c.SlipAuthenticator.accounts_file = str(settings.passwords)
c.Authenticator.allow_all = True  # everybody whose password is right
c.Authenticator.allowed_users = set(hub.learners(settings))  # on the admin page from the start
c.Authenticator.admin_users = {settings.admin} & set(hub.learners(settings))
c.Authenticator.username_pattern = hub.NAME.pattern + "$"
c.JupyterHub.template_paths = [str(Path(__file__).parent / "templates")]

# A learner's server: JupyterLab in the working copy that classroom/image/start makes, and never overwrites.
c.Spawner.cmd = ["jupyterhub-singleuser"]
c.Spawner.notebook_dir = "~/course"
c.Spawner.default_url = "/lab/tree/Start_Here.ipynb"
c.Spawner.start_timeout = 180
c.Spawner.http_timeout = 120
c.Spawner.environment = hub.learner_environment(settings) | {"BOOTCAMP_LEARNER": lambda spawner: spawner.user.name}

# Idle kernels go, also those with an open browser tab: they are what holds memory. A kernel that computes is not idle.
c.Spawner.args = [
    f"--MappingKernelManager.cull_idle_timeout={settings.kernel_idle}",
    f"--MappingKernelManager.cull_interval={settings.cull_interval}",
    "--MappingKernelManager.cull_connected=True",
    f"--TerminalManager.cull_inactive_timeout={settings.server_idle}",
    f"--TerminalManager.cull_interval={settings.cull_interval}",
]

# Idle servers go as well; the working copy stays, and the next login starts a server on it.
c.JupyterHub.services = [
    {
        "name": "idle-culler",
        "command": children.command(
            [
                *(sys.executable, "-m", "jupyterhub_idle_culler"),
                f"--timeout={settings.server_idle}",
                f"--cull-every={max(1, min(300, settings.server_idle // 4))}",
            ]
        ),
    }
]
c.JupyterHub.load_roles = [
    {
        "name": "idle-culler",
        "scopes": ["list:users", "read:users:activity", "read:servers", "delete:servers"],
        "services": ["idle-culler"],
    }
]


def prepare_account(spawner):
    """Before a local server starts: the account is a learner's, and its home is closed to the others."""
    try:
        hub.check_account(spawner.user.name)
    except hub.HubError as error:
        raise RuntimeError(str(error)) from error
    Path(pwd.getpwnam(spawner.user.name).pw_dir).chmod(0o700)


def container_settings(spawner):
    """Limits of a learner's container, enforced by the kernel; the GPU is one of the shared ones."""
    limits = {
        "memswap_limit": settings.memory or None,  # no swap on top of the memory limit
        "pids_limit": 4096,
        "shm_size": "1g",  # data loaders; taken from the memory limit
        "cap_drop": ["ALL"],
        "security_opt": ["no-new-privileges"],
    }
    if settings.gpus:
        gpu = hub.gpu_of(settings, spawner.user.id)
        limits["device_requests"] = [{"driver": "nvidia", "device_ids": [gpu], "capabilities": [["gpu"]]}]
    if settings.mps_memory:
        limits["ipc_mode"] = "host"  # clients and server of MPS talk through shared memory
    return {name: value for name, value in limits.items() if value is not None}


if settings.spawner == "local":
    # CPU: the thread counts of hub.learner_environment are defaults; `nice` keeps the hub itself responsive.
    # Memory: a limit per process (RLIMIT_DATA), not per learner. Processes and threads: a limit per learner.
    # GPU: CUDA_VISIBLE_DEVICES is a default. The files of a learner: closed to the others by the file system.
    c.JupyterHub.authenticator_class = LocalSlipAuthenticator
    c.LocalAuthenticator.create_system_users = True
    c.LocalAuthenticator.add_user_cmd = [
        *("useradd", "--create-home", "--user-group", "--shell", "/bin/bash"),
        *("--comment", hub.ACCOUNT_COMMENT, "--base-dir", str(settings.homes), "--key", "HOME_MODE=0700"),
    ]
    c.JupyterHub.spawner_class = "jupyterhub.spawner.LocalProcessSpawner"
    c.Spawner.pre_spawn_hook = prepare_account
    c.Spawner.cmd = hub.local_command(settings)
    c.LocalProcessSpawner.popen_kwargs = {"umask": 0o077}
    # Over TCP every user of the machine could listen to what another learner's kernel prints.
    c.Spawner.args += ["--KernelManager.transport=ipc"]
    c.Spawner.environment |= {
        "BOOTCAMP_DATA": settings.data,
        "BOOTCAMP_ROOT": str(course.root()),
        "JUPYTER_RUNTIME_DIR": lambda spawner: str(Path(pwd.getpwnam(spawner.user.name).pw_dir, hub.RUNTIME)),
        "PATH": os.pathsep.join([str(Path(sys.prefix, "bin")), "/usr/local/bin", "/usr/bin", "/bin"]),
    }
    if settings.gpus:
        c.Spawner.environment["CUDA_VISIBLE_DEVICES"] = lambda spawner: hub.gpu_of(settings, spawner.user.id)
else:
    # CPU, memory, processes and which GPU: limits. GPU memory: Docker has no limit for it; see MPS_MEMORY and
    # GPU_MEMORY_FRACTION. A home is a volume of its own, the data sets are one volume that learners cannot write to.
    c.JupyterHub.authenticator_class = SlipAuthenticator
    c.JupyterHub.spawner_class = "dockerspawner.DockerSpawner"
    c.DockerSpawner.image = settings.image
    c.DockerSpawner.pull_policy = "never"  # the image is built from the Dockerfile on this machine
    c.DockerSpawner.network_name = settings.network
    c.DockerSpawner.remove = True  # a stopped container goes, its home stays
    c.DockerSpawner.cpu_limit = settings.cpus
    c.DockerSpawner.mem_limit = settings.memory or None
    c.DockerSpawner.volumes = {
        "bootcamp-home-{username}": "/home/learner",
        settings.data: {"bind": "/data", "mode": "ro"},
    }
    c.DockerSpawner.extra_host_config = container_settings
    # The hub watches its servers itself; the health check of the image is for a container without a hub.
    c.DockerSpawner.extra_create_kwargs = {"healthcheck": {"test": ["NONE"]}}
    if settings.mps_memory:
        pipes = "/tmp/nvidia-mps"
        c.DockerSpawner.volumes[pipes] = {"bind": pipes, "mode": "rw"}
        c.Spawner.environment |= {
            "CUDA_MPS_PIPE_DIRECTORY": pipes,
            "CUDA_MPS_PINNED_DEVICE_MEM_LIMIT": f"0={settings.mps_memory}",
        }
