# 颁历 Banli: one container with the embedded Redis. Plan, content and data are volumes.
FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json tsconfig.json tsconfig.build.json ./
RUN npm install --no-save --no-audit --no-fund
COPY scripts ./scripts
COPY src ./src
COPY jobs ./jobs
RUN BANLI_READY=0 node node_modules/typescript/bin/tsc -p tsconfig.build.json \
 && node scripts/setup.mjs --bundle \
 && npm prune --omit=dev

FROM node:24-bookworm-slim
RUN apt-get update \
 && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends redis-server tini \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /app
ENV NODE_ENV=production BANLI_READY=1 BANLI_CONTAINER=1
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY scripts ./scripts
COPY config ./config
RUN ln -s /app/scripts/banli.mjs /usr/local/bin/banli
RUN mkdir -p var content && chown -R node:node var content
USER node
VOLUME ["/app/config", "/app/content", "/app/var"]
EXPOSE 8040
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:8040/healthz').then(a=>process.exit(a.ok?0:1),()=>process.exit(1))"]
ENTRYPOINT ["tini", "--", "node", "scripts/banli.mjs"]
CMD ["start"]
