# syntax=docker/dockerfile:1

# Two images: the server (the last stage, so the default) and the agent.
#
#   docker build -t fleet-server .
#   docker build -t fleet-agent --target agent .

# The long-term support release of Node.js; any from 20.19 on will do.
ARG NODE_VERSION=24

# ---- Everything is built here, with compilers and development packages that no image keeps.
FROM node:${NODE_VERSION}-bookworm AS build
WORKDIR /build
ENV NPM_CONFIG_UPDATE_NOTIFIER=false
# What packages follow from stands alone, so that a change of the sources does not install them again.
COPY package.json package-lock.json .npmrc ./
COPY agent/package.json agent/
COPY dashboard/package.json dashboard/
# Not `npm ci`: docs/decisions/0008-npm-install.md. It takes the versions of the lock file, and compiles SQLite's driver
# where no built one can be had.
RUN npm install --no-save --include=dev --no-progress
COPY tsconfig.json tsconfig.build.json ./
COPY scripts/build-dashboard.mjs scripts/
COPY scripts/setup scripts/setup
COPY src src
COPY agent agent
COPY dashboard dashboard
RUN npm run build

# ---- What the server needs of all that.
FROM build AS server-packages
RUN npm prune --no-save --omit=dev --workspaces=false --include-workspace-root

# ---- What the agent needs: plain JavaScript.
FROM build AS agent-packages
WORKDIR /agent
RUN cp /build/agent/package.json . && npm install --no-package-lock --omit=dev --no-progress

# ---- The machine that both images stand on.
FROM node:${NODE_VERSION}-bookworm-slim AS runtime
# A first process that passes signals on and reaps what is left; npm and its kin have no business in there.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends tini \
    && rm -rf /var/lib/apt/lists/* /usr/local/lib/node_modules /usr/local/bin/npm /usr/local/bin/npx /usr/local/bin/corepack \
    && groupadd --gid 10001 fleet \
    && useradd --uid 10001 --gid fleet --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin fleet
ENV NODE_ENV=production
ENTRYPOINT ["/usr/bin/tini", "--"]

# ---- The agent.
FROM runtime AS agent
LABEL org.opencontainers.image.title="Fleet agent" \
      org.opencontainers.image.description="Reports the machine it runs on to a Fleet Server" \
      org.opencontainers.image.licenses="MIT"
WORKDIR /app
RUN install -d -o fleet -g fleet -m 0700 /var/lib/fleet-agent
COPY --from=agent-packages /agent/package.json ./
COPY --from=agent-packages /agent/node_modules node_modules
COPY --from=build /build/agent/dist dist
COPY agent/health-check.mjs ./
ENV FLEET_AGENT_STATE_DIR=/var/lib/fleet-agent
VOLUME /var/lib/fleet-agent
USER 10001:10001
# Whether the process lives and its event loop turns; whether reports arrive is for the server to tell.
HEALTHCHECK --interval=15s --timeout=3s --start-period=15s --retries=3 CMD ["node", "health-check.mjs"]
CMD ["node", "dist/main.js"]

# ---- The server.
FROM runtime AS server
LABEL org.opencontainers.image.title="Fleet Server" \
      org.opencontainers.image.description="A highly available server that watches a fleet of machines" \
      org.opencontainers.image.licenses="MIT"
WORKDIR /app
# For a node that keeps its data itself (SQLite); a node of a cluster writes nothing to disk.
RUN install -d -o fleet -g fleet -m 0700 /var/lib/fleet-server
COPY --from=server-packages /build/package.json ./
COPY --from=server-packages /build/node_modules node_modules
COPY --from=build /build/dist dist
COPY --from=build /build/dashboard/dist dashboard/dist
COPY scripts/container/health-check.mjs ./
# `docker compose exec node1 fleet-server doctor` and the like.
RUN chmod 0755 dist/main.js && ln -s /app/dist/main.js /usr/local/bin/fleet-server
ENV FLEET_CONFIG=/etc/fleet-server/config.yaml
EXPOSE 8768
USER 10001:10001
# Whether the process lives, by plain HTTP; where the node speaks HTTPS give the address: docker-compose.yml does.
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s --retries=3 CMD ["node", "health-check.mjs"]
CMD ["node", "dist/main.js"]
