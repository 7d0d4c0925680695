# Everything that runs without a GPU: embedded Lean, search, agent, reports.
#   docker build -f docker/cpu.Dockerfile -t lean-agent:cpu .
#   docker run --rm -it -v "$PWD/runs:/app/runs" lean-agent:cpu demo
FROM python:3.11-slim
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
ENTRYPOINT ["lean-agent"]
CMD ["doctor"]
