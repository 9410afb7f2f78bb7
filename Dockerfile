# syntax=docker/dockerfile:1
# One image for the API and the workers: the command tells which (docker-compose.yml).

FROM node:22-bookworm-slim AS packages
WORKDIR /app
COPY package.json package-lock.json ./
# A package of our own that package.json names by its folder.
COPY bench/tfjs bench/tfjs
# The packages that others install, whose own packages the lock file names too.
COPY client/package.json client/package.json
COPY react/package.json react/package.json
COPY sandbox/package.json sandbox/package.json
# Every package brings its binaries in itself, so no install script needs to run.
RUN --mount=type=cache,target=/root/.npm npm ci --ignore-scripts --no-audit --no-fund

# The face networks, by the hashes that are pinned. It needs no package.
FROM node:22-bookworm-slim AS bring-models
WORKDIR /app
COPY package.json ./
COPY adapters/vision/models.json adapters/vision/
COPY engine engine
RUN LIKENESS_CACHE=/cache node engine/setup.mjs --for models && mv /cache/vision-models-*/ /models

# Files alone, so that a folder can stand in for it where the build reaches no source: --build-context models=DIR
FROM scratch AS models
COPY --from=bring-models /models /

FROM packages AS build
COPY . .
RUN npm run build

FROM packages AS production
# Temporal's core comes for five platforms, 30 MB each, and ONNX Runtime for six, 40 MB each.
RUN npm pkg delete workspaces \
  && npm prune --omit=dev --ignore-scripts --no-audit --no-fund \
  && find node_modules/@temporalio/core-bridge/releases -mindepth 1 -maxdepth 1 \
    ! -name "$(uname -m)-unknown-linux-gnu" -exec rm -rf {} + \
  && find node_modules/onnxruntime-node/bin -mindepth 3 -maxdepth 3 \
    ! -path "*/linux/$(node -p process.arch)" -exec rm -rf {} +

FROM node:22-bookworm-slim
# Temporal's core reads the system's root certificates, and the slim image has none.
# hadolint ignore=DL3008
RUN apt-get update \
  && apt-get install -y --no-install-recommends ca-certificates \
  && rm -rf /var/lib/apt/lists/*
ENV NODE_ENV=production \
  LIKENESS_API_HOST=0.0.0.0 \
  LIKENESS_MODELS=/app/models \
  LIKENESS_WORKFLOW_BUNDLE=/app/dist/workflow-bundle.js
WORKDIR /app
COPY --from=production /app ./
COPY --from=build /app/dist dist
COPY --from=models / models/
COPY deploy/health.mjs deploy/
# The user node of the image.
USER 1000:1000
EXPOSE 8787 8789
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s CMD ["node", "deploy/health.mjs", "8787"]
CMD ["node", "dist/api/main.js"]
