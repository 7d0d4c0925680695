# Everything that runs without a GPU: embedded Lean, search, agent, reports.
#   docker build -f docker/cpu.Dockerfile -t lean-agent:cpu .
#   docker run --rm -it -v "$PWD/runs:/app/runs" $SANDBOX lean-agent:cpu demo
# bubblewrap confines Lean. It needs user namespaces and a /proc of its own, which Docker forbids
# unless told otherwise; without them Lean runs with limits alone, and `doctor` warns:
#   SANDBOX="--security-opt seccomp=unconfined --security-opt systempaths=unconfined"
# and on a host with AppArmor (Ubuntu) also --security-opt apparmor=unconfined, with the host's
# sysctl kernel.apparmor_restrict_unprivileged_userns=0.
FROM python:3.11-slim
RUN apt-get update && apt-get install -y --no-install-recommends bubblewrap tini \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY pyproject.toml constraints.txt README.md ./
COPY lean_agent lean_agent
COPY mathlib_index mathlib_index
COPY lean_project lean_project
# The CPU build of torch; the default one brings gigabytes of CUDA libraries.
RUN pip install --no-cache-dir -c constraints.txt \
        --extra-index-url https://download.pytorch.org/whl/cpu torch \
    && pip install --no-cache-dir -c constraints.txt -e . \
    && useradd --create-home agent && chown agent /app
# Code written by models runs here: never as root.
USER agent
# As process 1 of the container, tini buries what killed Lean processes leave behind.
ENTRYPOINT ["tini", "--", "lean-agent"]
CMD ["doctor"]
