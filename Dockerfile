# The course in a container: JupyterLab on port 8888, with a token, as a user without rights.
#
#   docker build -t bootcamp .                                                        NVIDIA GPUs (the default base)
#   docker build -t bootcamp --build-arg BASE_IMAGE=python:3.12-slim-bookworm \
#       --build-arg TORCH_INDEX=https://download.pytorch.org/whl/cpu .               machines without a GPU
#
# README.md has the lines that start it. Layers go from what changes seldom to what changes often: an edited notebook
# changes the last one only.
ARG BASE_IMAGE=nvcr.io/nvidia/pytorch:26.05-py3
FROM ${BASE_IMAGE}

SHELL ["/bin/bash", "-o", "pipefail", "-c"]
USER 0

# libgl1 and libglib2.0-0 are what OpenCV loads; tini reaps the kernels that a stopped JupyterLab leaves.
# Versions are those of the base image's distribution: pinning them here would break with its next security update.
# hadolint ignore=DL3008
RUN apt-get update \
    && DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends \
        ca-certificates git libgl1 libglib2.0-0 tini \
    && { command -v python3 > /dev/null \
        || DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends python3 python3-venv; } \
    && rm -rf /var/lib/apt/lists/*

# Optional: an index of PyTorch builds for base images that bring none, for example the one of the CPU builds.
ARG TORCH_INDEX=
COPY requirements.lock requirements-class.lock classroom/image/install-packages /opt/bootcamp/
RUN /opt/bootcamp/install-packages

ENV PATH=/opt/bootcamp/venv/bin:${PATH} \
    BOOTCAMP_ROOT=/opt/bootcamp/course \
    BOOTCAMP_DATA=/data \
    NVIDIA_DRIVER_CAPABILITIES=compute,utility \
    PYTHONUNBUFFERED=1

ARG USER_NAME=learner
ARG USER_ID=1000
RUN if id -u "${USER_ID}" > /dev/null 2>&1; then userdel --force "$(id -nu "${USER_ID}")"; fi \
    && useradd --create-home --shell /bin/bash --uid "${USER_ID}" --gid users "${USER_NAME}" \
    && mkdir --parents /data && chown "${USER_ID}:users" /data
VOLUME /data

COPY classroom/image/start classroom/image/healthy /usr/local/bin/
COPY pyproject.toml README.md LICENSE /opt/bootcamp/course/
COPY bootcamp /opt/bootcamp/course/bootcamp
RUN python -m pip install --no-cache-dir --no-deps --editable /opt/bootcamp/course

COPY . /opt/bootcamp/course

USER ${USER_ID}
WORKDIR /home/${USER_NAME}
EXPOSE 8888
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 CMD ["healthy"]
ENTRYPOINT ["tini", "-g", "--", "start"]
