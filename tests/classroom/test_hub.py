"""A class on one server: two learners on a real hub, and the containers that the other variant would make."""

import asyncio
import os
import stat
import sys
from pathlib import Path
from types import SimpleNamespace

from bootcamp import datasets
from bootcamp.classroom import hub
from bootcamp.runtime import children
from tests.classroom import class_hub

import docker
import pytest
from dockerspawner import DockerSpawner
from jupyterhub.objects import Hub
from traitlets.config.loader import PyFileConfigLoader

NOTEBOOK = "Intro_to_DL/01_Curve_Fitting.ipynb"
GIB = 2**30
WRONG = {"anna": ["not-the-one", ""], "nobody": ["nobodys-password"], "root": ["root-root"]}
READ = """
import os, pathlib
def attempt(action):
    try:
        return repr(action())
    except OSError as error:
        return type(error).__name__
home = pathlib.Path({home!r})
print(attempt(lambda: os.listdir(home)))
print(attempt(lambda: (home / "course" / {notebook!r}).read_text()))
print(attempt(lambda: (home / "course" / "note.txt").write_text("ben was here")))
print(attempt(lambda: open("/proc/{pid}/environ", "rb").read()))
print(attempt(lambda: os.listdir({state!r})))
"""
needs_root = pytest.mark.skipif(bool(class_hub.missing()), reason=class_hub.missing())


@needs_root
def test_two_learners_on_one_hub(monkeypatch):
    """One test, because its hub and servers take longer to start than all the checks take together."""
    with class_hub.running(("anna", "ben", "instructor"), KERNEL_IDLE="10") as classroom:
        anna, ben, instructor = (classroom.learner(name) for name in ("anna", "ben", "instructor"))
        wrong_passwords_are_refused(classroom)
        assert all(learner.log_in().ok for learner in (anna, ben, instructor))
        class_hub.at_once([anna.start, ben.start])
        they_run_a_notebook_at_the_same_time(anna, ben)
        with anna.kernel("PINN/01_Introduction.ipynb") as kernel:  # stays connected, as an open browser tab does
            kernel.run("pass")
            files_are_closed_to_others(classroom, anna, ben)
            servers_are_closed_to_others(classroom, anna, ben)
            what_a_kernel_prints_passes_through_no_port(anna)
            limits_are_in_force(anna)
            data_sets_are_shared_and_read_only(classroom, anna, monkeypatch)
            the_instructor_stops_a_server(instructor, anna, ben)
            idle_kernels_are_shut_down(anna, kernel)
        a_name_without_a_slip_stays_out(classroom, instructor)
        names_that_look_alike_are_nobody(classroom)
        a_cookie_that_was_made_up_is_worth_nothing(classroom, ben)
        lost_passwords_let_nobody_in(classroom)
        a_learner_chooses_another_password(classroom, ben)
        guesses_are_told_to_wait(classroom)


def a_name_without_a_slip_stays_out(classroom, instructor):
    """*Add Users* before the slip is printed: the hub knows the name, and no password is right."""
    assert instructor.hub_status("POST", "users/carla") == 201
    carla = classroom.learner("carla")
    for password in ("a-password", "", "carla"):
        assert carla.log_in(password).status_code == 403
    classroom.add("carla")
    assert carla.log_in("a-password").status_code == 403
    assert carla.log_in().ok


def names_that_look_alike_are_nobody(classroom):
    password = classroom.passwords["anna"]
    for name in ("\u0430nna", "anna\u200b", "an\u00adna", "anna'--", "../anna"):
        assert classroom.learner(name).log_in(password).status_code in (400, 403), name


def a_cookie_that_was_made_up_is_worth_nothing(classroom, ben):
    forger = classroom.learner("anna")
    for cookie in ben.browser.cookies:
        forger.browser.cookies.set(cookie.name.replace("ben", "anna"), f"{cookie.value[:-4]}AAAA", path=cookie.path)
    home = forger.browser.get(f"{classroom.url}/hub/home", timeout=class_hub.PATIENCE)
    assert home.url.startswith(f"{classroom.url}/hub/login")
    page = forger.browser.get(f"{classroom.url}/user/anna/api/contents", timeout=class_hub.PATIENCE)
    assert page.status_code in (403, 404) or "/hub/login" in page.url


def lost_passwords_let_nobody_in(classroom):
    file = classroom.settings.passwords
    kept = file.rename(file.with_suffix(".away"))
    for name, password in (("anna", classroom.passwords["anna"]), ("anna", "first-come"), ("dora", "first-come")):
        assert classroom.learner(name).log_in(password).status_code == 403
    assert not file.exists()
    kept.rename(file)
    assert classroom.learner("anna").log_in().ok


def a_learner_chooses_another_password(classroom, ben):
    address = f"{classroom.url}/hub/auth/change-password"
    assert "Choose another password" in ben.browser.get(address, timeout=30).text

    def change(current, new):
        form = {"current": current, "password": new, "_xsrf": ben.browser.cookies.get("_xsrf", path="/hub/")}
        return ben.browser.post(address, data=form, timeout=30)

    assert "current password is not right" in change("not-that-one", "x" * 80).text
    assert "has been changed" in change(classroom.passwords["ben"], "x" * 80).text
    assert classroom.learner("ben").log_in().status_code == 403
    assert classroom.learner("ben").log_in("x" * 80).ok


def guesses_are_told_to_wait(classroom):
    made_up = (dict.fromkeys(("X-Real-Ip", "X-Forwarded-For"), f"198.51.100.{number}") for number in range(8))
    answers = [classroom.learner("anna").log_in(f"guess-{i}", headers) for i, headers in enumerate(made_up)]
    assert {answer.status_code for answer in answers} == {403}
    assert "Too many wrong passwords for this name: try again in" in answers[-1].text


def wrong_passwords_are_refused(classroom):
    cases = [(name, password) for name, passwords in WRONG.items() for password in passwords]
    for name, password in [*cases, ("ben", classroom.passwords["anna"])]:
        learner = classroom.learner(name)
        answer = learner.log_in(password)
        assert answer.status_code == 403, (name, password)
        assert "Invalid username or password" in answer.text
        home = learner.browser.get(f"{classroom.url}/hub/home", timeout=class_hub.PATIENCE)
        assert home.url.startswith(f"{classroom.url}/hub/login")


def they_run_a_notebook_at_the_same_time(anna, ben):
    count = sum(cell.cell_type == "code" for cell in anna.notebook(NOTEBOOK).cells)
    runs = class_hub.at_once([lambda: anna.run_notebook(NOTEBOOK), lambda: ben.run_notebook(NOTEBOOK)])
    assert runs == [count, count]
    assert count > 10


def files_are_closed_to_others(classroom, anna, ben):
    with anna.kernel() as kernel:
        home, pid, user = kernel.run("import os; print(os.environ['HOME'], os.getpid(), os.getuid())").split()
    assert int(user) != 0
    with ben.kernel() as kernel:
        code = READ.format(home=home, notebook=NOTEBOOK, pid=pid, state=str(classroom.folder / "state"))
        assert kernel.run(code).split() == ["PermissionError"] * 5
        assert kernel.run("import os; print(os.getuid())").strip() not in {"0", user}


def servers_are_closed_to_others(classroom, anna, ben):
    for path in ("contents/Start_Here.ipynb", "kernels", "sessions"):
        assert ben.rest("GET", path).ok
        assert ben.rest("GET", path, of="anna").status_code == 403
    page = ben.browser.get(f"{classroom.url}/user/anna/lab", timeout=class_hub.PATIENCE)
    assert page.status_code == 403
    assert ben.hub_status("DELETE", "users/anna/server") in {403, 404}
    assert anna.is_running()


def what_a_kernel_prints_passes_through_no_port(anna):
    with anna.kernel() as kernel:
        kernel.run("import glob, ipykernel, json, os")
        kernel.run("path = ipykernel.get_connection_file(); info = json.load(open(path))")
        assert kernel.run("print(info['transport'])").strip() == "ipc"
        place = Path(kernel.run("print(os.path.relpath(info['ip'] + '-1', os.path.expanduser('~')))").strip())
        assert len(str(place)) <= len(f"{hub.RUNTIME}/{hub.SOCKET_NAME}"), place
        modes = kernel.run("print(*{oct(os.stat(path).st_mode) for path in glob.glob(info['ip'] + '*')})")
        assert modes.split() == ["0o140700"]
        assert kernel.run("print(os.stat(os.path.expanduser('~')).st_mode & 0o077)").strip() == "0"


def limits_are_in_force(anna):
    with anna.kernel() as kernel:
        kernel.run("import os, resource; import numpy as np")
        assert kernel.run("print(*resource.getrlimit(resource.RLIMIT_DATA))").split() == [str(8 * GIB)] * 2
        assert kernel.run("print(*resource.getrlimit(resource.RLIMIT_NPROC))").split() == ["4096", "4096"]
        nicer = str(min(19, os.nice(0) + 5))
        assert kernel.run("print(os.nice(0), os.environ['OMP_NUM_THREADS'])").split() == [nicer, "2"]
        with pytest.raises(AssertionError, match="MemoryError"):
            kernel.run(f"np.empty({9 * GIB}, dtype=np.uint8)")


def data_sets_are_shared_and_read_only(classroom, anna, monkeypatch):
    monkeypatch.setenv("BOOTCAMP_DATA", str(classroom.folder / "data"))
    datasets.prepare("offline_digits")
    with anna.kernel() as kernel:
        kernel.run("from bootcamp import datasets")
        ready = kernel.run("print(datasets.state('offline_digits'), datasets.prepare('offline_digits'))").split()
        assert ready == ["ready", str(classroom.folder / "data" / "offline_digits")]
        with pytest.raises(AssertionError, match=r"DataError: .* ask whoever runs this server to prepare"):
            kernel.run("datasets.prepare('offline_garments')")
        with pytest.raises(AssertionError, match="PermissionError"):
            kernel.run("(datasets.data_root() / 'offline_digits' / 'manifest.json').unlink()")


def the_instructor_stops_a_server(instructor, anna, ben):
    assert instructor.hub_status("DELETE", "users/ben/server") in {202, 204}
    class_hub.wait_for(lambda: not ben.is_running(), "the server of ben stops")
    assert anna.is_running()


def idle_kernels_are_shut_down(anna, kernel):
    class_hub.wait_for(
        lambda: kernel.identity not in [entry["id"] for entry in anna.rest("GET", "kernels").json()],
        "the idle kernel goes",
    )


@needs_root
def test_idle_servers_are_stopped_and_edits_stay():
    with class_hub.running(("anna",), SERVER_IDLE="8") as started:
        anna = started.learner("anna")
        anna.log_in()
        anna.start()
        content = anna.notebook(NOTEBOOK)
        content.cells[0].source = "# Edited by Anna"
        anna.save(NOTEBOOK, content)
        class_hub.wait_for(lambda: not anna.is_running(), "the idle server stops")
        copy = started.folder / "homes" / "anna" / "course"
        (copy / "Start_Here.ipynb").unlink()
        anna.start()
        assert (copy / "Start_Here.ipynb").exists(), "the start makes what is missing"
        assert "# Edited by Anna" in (copy / NOTEBOOK).read_text()
        assert stat.S_IMODE((started.folder / "homes" / "anna").stat().st_mode) == 0o700
        a_killed_hub_leaves_nothing_and_starts_again(started, anna)


def a_killed_hub_leaves_nothing_and_starts_again(started, anna):
    with anna.kernel() as kernel:
        kernel.run("import subprocess; subprocess.Popen(['sleep', '600'], start_new_session=True)")
        assert len(started.processes()) >= 5  # hub, proxy, culler, the last two behind a guard
        started.kill()
        class_hub.wait_for(lambda: started.processes() == [], "everything ends with the hub", seconds=5)
    started.start_again()
    again = started.learner("anna")
    assert again.log_in().ok
    again.start()


def load_configuration(monkeypatch, tmp_path, **settings):
    monkeypatch.delenv("BOOTCAMP_DATA", raising=False)
    with class_hub.kept_ports(3) as ports:
        variables = {"ADDRESS": f"http://:{ports[0]}", "HUB_PORT": str(ports[1]), "PROXY_PORT": str(ports[2])}
        variables |= {"HUB_IP": "127.0.0.1", "STATE": str(tmp_path / "state")}
        for name, value in (variables | settings).items():
            monkeypatch.setenv(f"BOOTCAMP_CLASS_{name}", value)
        if not hub.learners(hub.read_settings()):
            hub.add_learners(hub.read_settings(), ["anna", "ben", "carla"])
        return PyFileConfigLoader(class_hub.CONFIGURATION.name, str(class_hub.CONFIGURATION.parent)).load_config()


def container_of(configuration, name: str, number: int, monkeypatch) -> dict:
    """What the spawner would send to Docker for a learner."""
    asked = {}
    client = docker.APIClient(version="1.47")  # a version that is given is not asked from a daemon
    client.create_container = lambda **arguments: asked.update(arguments) or {"Id": "container"}
    monkeypatch.setattr(DockerSpawner, "client", client)
    user = SimpleNamespace(name=name, id=number, escaped_name=name, url=f"/user/{name}/", settings={}, groups=[])
    spawner = DockerSpawner(config=configuration, user=user, hub=Hub(), _deprecated_db_session=None)
    spawner.api_token = "token"
    monkeypatch.setattr(spawner, "get_env", lambda: dict(spawner.environment))
    asyncio.run(spawner.create_object())
    return asked


def test_a_container_has_limits_a_home_of_its_own_and_read_only_data(monkeypatch, tmp_path):
    configuration = load_configuration(monkeypatch, tmp_path, SPAWNER="docker", CPUS="1.5", MEMORY="6G", GPUS="none")
    asked = container_of(configuration, "anna", 1, monkeypatch)
    host = asked["host_config"]
    assert (asked["image"], host["NetworkMode"], host["AutoRemove"]) == ("bootcamp", "bootcamp", True)
    assert host["Binds"] == ["bootcamp-home-anna:/home/learner:rw", "bootcamp-data:/data:ro"]
    assert host["CpuQuota"] / host["CpuPeriod"] == 1.5
    assert host["Memory"] == host["MemorySwap"] == 6 * GIB
    assert (host["PidsLimit"], host["CapDrop"], host["SecurityOpt"]) == (4096, ["ALL"], ["no-new-privileges"])
    assert "DeviceRequests" not in host and "PortBindings" not in host and "IpcMode" not in host
    assert asked["command"][0] == "jupyterhub-singleuser"
    assert "--MappingKernelManager.cull_idle_timeout=3600" in asked["command"]
    assert asked["environment"]["OMP_NUM_THREADS"] == "1"
    assert configuration.Spawner.notebook_dir == "~/course"


def test_containers_share_the_gpus_in_turn(monkeypatch, tmp_path):
    configuration = load_configuration(
        monkeypatch, tmp_path, SPAWNER="docker", GPUS="0,3", MPS_MEMORY="8G", GPU_MEMORY_FRACTION="0.2"
    )
    asked = [container_of(configuration, name, number, monkeypatch) for number, name in enumerate(("anna", "ben"), 1)]
    gpus = [each["host_config"]["DeviceRequests"] for each in asked]
    assert [(len(each), each[0]["DeviceIDs"], each[0]["Capabilities"]) for each in gpus] == [
        (1, ["3"], [["gpu"]]),
        (1, ["0"], [["gpu"]]),
    ]
    assert asked[0]["host_config"]["IpcMode"] == "host"
    assert "/tmp/nvidia-mps:/tmp/nvidia-mps:rw" in asked[0]["host_config"]["Binds"]
    assert asked[0]["environment"]["CUDA_MPS_PINNED_DEVICE_MEM_LIMIT"] == "0=8G"
    assert asked[0]["environment"]["PYTORCH_ALLOC_CONF"] == "per_process_memory_fraction:0.2"


def test_everybody_with_a_slip_is_let_in_and_nobody_else(monkeypatch, tmp_path):
    configuration = load_configuration(monkeypatch, tmp_path, SPAWNER="docker", ADMIN="carla", GPUS="none")
    assert configuration.Authenticator.allowed_users == {"anna", "ben", "carla"}
    assert configuration.Authenticator.admin_users == {"carla"}
    assert configuration.SlipAuthenticator.accounts_file == str(tmp_path / "state" / "accounts.sqlite")
    culler = configuration.JupyterHub.services[0]
    assert {"jupyterhub_idle_culler", "--timeout=7200"} <= set(culler["command"])
    guard = str(Path(children.__file__).resolve())
    assert guard in culler["command"] and guard in configuration.ConfigurableHTTPProxy.command
    assert configuration.JupyterHub.load_roles[0]["services"] == [culler["name"]]


@pytest.mark.parametrize(
    ("variable", "value", "message"),
    [
        ("SPAWNER", "kubernetes", "is local or docker"),
        ("CPUS", "two", "is a number, not 'two'"),
        ("KERNEL_IDLE", "-5", "is a number"),
        ("MEMORY", "8 gigabytes", "is a size such as 8G"),
        ("GPU_MEMORY_FRACTION", "20", "is at most 1"),
        ("ADDRESS", "localhost", "an address with a port"),
        ("ADDRESS", "http://:99999", "an address with a port"),
    ],
)
def test_a_setting_that_is_not_understood(variable, value, message):
    with pytest.raises(hub.HubError, match=message):
        hub.read_settings({f"BOOTCAMP_CLASS_{variable}": value})


def test_a_port_in_use_is_named_before_the_hub_starts(monkeypatch, tmp_path, web):
    with pytest.raises(SystemExit, match=f"port {web.server_port} is in use: choose another one with .*_ADDRESS"):
        load_configuration(monkeypatch, tmp_path, SPAWNER="docker", ADDRESS=web.url)


def test_a_network_that_is_not_there_is_named_before_the_hub_starts(monkeypatch, tmp_path):
    with pytest.raises(SystemExit, match=r"no address 192\.0\.2\.7: make the network of the containers"):
        load_configuration(monkeypatch, tmp_path, SPAWNER="docker", HUB_IP="192.0.2.7")


def test_a_missing_proxy_is_named_with_its_cure(monkeypatch, tmp_path):
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(hub.HubError, match="the proxy of JupyterHub is missing: `make class` installs it"):
        hub.proxy_command()


def test_slips(tmp_path):
    settings = hub.read_settings(
        {
            "BOOTCAMP_CLASS_SPAWNER": "docker",
            "BOOTCAMP_CLASS_STATE": str(tmp_path / "state"),
            "BOOTCAMP_CLASS_ADDRESS": "https://class.example:443",
        }
    )
    with pytest.raises(hub.HubError, match="there is no learner yet"):
        hub.check(settings)
    first = hub.add_learners(settings, ["anna", "ben"])
    assert hub.learners(settings) == ["anna", "ben"] == list(first)
    assert first["anna"] != first["ben"]
    assert hub.slip(settings, "anna", "abcd-efgh").split() == [
        *("Address", "https://class.example:443", "Name", "anna", "Password", "abcd-efgh")
    ]
    assert stat.S_IMODE((tmp_path / "state").stat().st_mode) == 0o700
    stored = b"".join(path.read_bytes() for path in (tmp_path / "state").iterdir())
    assert b"anna" in stored and first["anna"].encode() not in stored
    with pytest.raises(hub.HubError, match="anna has a password already"):
        hub.add_learners(settings, ["carla", "anna"])
    assert hub.learners(settings) == ["anna", "ben"]
    assert hub.add_learners(settings, ["anna"], new_passwords=True)["anna"] != first["anna"]


@pytest.mark.parametrize("name", ["Anna", "anna b", "../anna", "-anna", "a" * 32, "anna{x}", ""])
def test_names_that_cannot_be_used(tmp_path, name):
    settings = hub.read_settings({"BOOTCAMP_CLASS_STATE": str(tmp_path)})
    with pytest.raises(hub.HubError, match="cannot be a name"):
        hub.add_learners(settings, [name])


def test_a_name_is_not_too_long_for_the_sockets_of_a_kernel(tmp_path):
    variables = {"BOOTCAMP_CLASS_STATE": str(tmp_path), "BOOTCAMP_CLASS_HOMES": "/srv/a-folder-with-a-long-name"}
    with pytest.raises(hub.HubError, match=rf"{'a' * 31} is 10 characters too long for a home in /srv/a-folder"):
        hub.add_learners(hub.read_settings(variables), ["a" * 31])
    assert list(hub.add_learners(hub.read_settings(variables | {"BOOTCAMP_CLASS_HOMES": "/home"}), ["a" * 31]))


def test_no_learner_gets_the_account_of_somebody_else(tmp_path):
    settings = hub.read_settings({"BOOTCAMP_CLASS_STATE": str(tmp_path)})
    with pytest.raises(hub.HubError, match="daemon is a user of this machine already"):
        hub.add_learners(settings, ["daemon"])


def test_a_folder_that_is_closed_to_learners(tmp_path):
    tmp_path.chmod(0o755)
    (tmp_path / "open" / "closed" / "course").mkdir(parents=True)
    (tmp_path / "open" / "closed").chmod(0o700)
    found = hub.closed_folder(tmp_path / "open" / "closed" / "course")
    assert found in (tmp_path / "open" / "closed", *tmp_path.parents)
    assert hub.closed_folder(Path("/usr/bin")) is None
