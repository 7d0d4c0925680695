# A prover on a GPU: vLLM, FAISS on the GPU, Lean with Mathlib and the REPL.
#   docker build -f docker/gpu.Dockerfile -t lean-agent:gpu .
#   docker run --rm -it --gpus all -v "$PWD/runs:/app/runs" lean-agent:gpu doctor
# cpu.Dockerfile says what to add so that Lean is confined by bubblewrap.
FROM nvidia/cuda:12.8.1-runtime-ubuntu24.04
RUN apt-get update && apt-get install -y --no-install-recommends \
        bubblewrap ca-certificates curl git python3 python3-venv tini \
    && rm -rf /var/lib/apt/lists/* && useradd --create-home agent && mkdir /app && chown agent /app
WORKDIR /app
USER agent
ENV PATH=/app/.venv/bin:/home/agent/.elan/bin:$PATH
COPY --chown=agent pyproject.toml README.md ./
COPY --chown=agent lean_agent lean_agent
COPY --chown=agent mathlib_index mathlib_index
COPY --chown=agent lean_project lean_project
# No constraints.txt: vLLM chooses the torch that it was built for. faiss-cpu goes first,
# because it and faiss-gpu-cu12 install the same module.
RUN python3 -m venv .venv && pip install --no-cache-dir -e '.[vllm]' \
    && pip uninstall -y faiss-cpu && pip install --no-cache-dir faiss-gpu-cu12
RUN lean-agent setup
ENV LEAN_AGENT_PROJECT=/app/lean_project
ENTRYPOINT ["tini", "--", "lean-agent"]
CMD ["doctor"]
