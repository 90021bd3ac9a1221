import type { ImportGraph } from './imports.ts'

/** What a layer may import: other layers, and packages. ARCHITECTURE.md draws the same. */
interface Layer {
  /** Folders end in a slash. */
  readonly paths: readonly string[]
  readonly layers: readonly string[]
  /** `node:` stands for all of Node's own. */
  readonly packages: readonly string[]
}

const CORE = ['base', 'definitions', 'measures', 'calendar', 'contract', 'canonical'] as const

export const LAYERS: Readonly<Record<string, Layer>> = {
  base: { paths: ['errors.ts', 'error-catalogue.ts', 'nearest.ts'], layers: [], packages: [] },
  definitions: { paths: ['definitions/'], layers: ['base'], packages: [] },
  measures: { paths: ['measures/'], layers: ['base', 'definitions'], packages: ['@noble/hashes'] },
  calendar: { paths: ['calendar/'], layers: ['base', 'definitions'], packages: ['temporal-polyfill'] },
  contract: { paths: ['stores/contract/'], layers: ['base', 'definitions', 'measures', 'calendar'], packages: [] },
  canonical: { paths: ['canonical/'], layers: ['base', 'definitions', 'calendar', 'contract'], packages: ['canonicalize', '@noble/hashes'] },
  clock: { paths: ['clock.ts'], layers: ['contract'], packages: [] },
  // What every engine needs of a machine, shared by the stores and the features.
  machine: { paths: ['machine/'], layers: [], packages: ['@noble/hashes', 'fflate', 'node:'] },
  schema: { paths: ['stores/schema/'], layers: [...CORE], packages: [] },
  sqlite: { paths: ['stores/sqlite/'], layers: [...CORE, 'schema', 'machine'], packages: ['better-sqlite3', 'node:'] },
  events: { paths: ['events/', 'adjustment.ts'], layers: [...CORE, 'machine'], packages: ['csv-parse', 'node:'] },
  capture: { paths: ['capture/'], layers: [...CORE, 'clock'], packages: [] },
  // Databases of applications, which collectors read.
  sources: { paths: ['sources/'], layers: ['base', 'definitions'], packages: ['better-sqlite3', 'node:'] },
  archive: { paths: ['archive/'], layers: [...CORE, 'clock', 'machine'], packages: ['@duckdb/node-api', 'hyparquet', 'node:'] },
  tiers: { paths: ['tiers/'], layers: [...CORE, 'clock', 'machine', 'capture', 'archive'], packages: [] },
  erasure: { paths: ['erasure/'], layers: [...CORE, 'machine', 'archive', 'tiers'], packages: [] },
  query: { paths: ['query/'], layers: [...CORE, 'clock', 'capture', 'archive'], packages: [] },
  forecast: { paths: ['forecast/'], layers: [...CORE, 'query'], packages: [] },
  watch: { paths: ['watch/'], layers: [...CORE, 'clock', 'query'], packages: ['node:', 'ipaddr.js'] },
  // The one place where rights are applied; it stands before a whole history, which it knows by its shape alone.
  access: { paths: ['access/'], layers: [...CORE, 'clock', 'events', 'capture', 'tiers', 'erasure', 'query', 'forecast', 'watch'], packages: ['node:'] },
  // Independent of what it verifies: it may read the archive and the questions' answers, and shares no step of a run.
  verify: { paths: ['verify/'], layers: [...CORE, 'clock', 'machine', 'capture', 'archive', 'query', 'schema'], packages: ['node:'] },
  // Dashboards as data, from declarations alone.
  grafana: { paths: ['grafana/'], layers: ['definitions'], packages: [] },
  doctor: { paths: ['doctor/'], layers: [...CORE, 'clock', 'machine', 'archive', 'tiers'], packages: ['node:'] },
  // What due work is; the doing is handed to it.
  work: { paths: ['work/'], layers: [...CORE], packages: [] },
  project: {
    paths: [
      'panels/', 'config.ts', 'config-file.ts', 'declared.ts', 'collectors.ts', 'capture-desk.ts', 'store-url.ts', 'infer.ts', 'record.ts', 'intake.ts', 'file-intake.ts', 'history-parts.ts', 'portable-history.ts', 'sqlite.ts', 'quarantine.ts',
      'migrations.ts', 'lazy-archive.ts', 'day-range.ts', 'tier-desk.ts', 'work-desk.ts', 'hold-desk.ts', 'erasure-desk.ts', 'question-desk.ts', 'question-place.ts', 'access-desk.ts', 'archive-place.ts', 'program.ts', 'demo-stage.ts', 'folder-claim.ts', 'give-way.ts', 'tidemark.ts', 'index.ts', 'core.ts',
    ],
    layers: [...CORE, 'clock', 'machine', 'schema', 'sqlite', 'events', 'capture', 'sources', 'archive', 'tiers', 'erasure', 'query', 'forecast', 'watch', 'access', 'verify', 'work'],
    packages: ['node:', 'zod'],
  },
  // What speaks to a server from elsewhere, a browser for instance: nothing of a history comes with it.
  client: { paths: ['client.ts', 'client-types.ts'], layers: [], packages: ['openapi-fetch'] },
  // HTTP: only what serves loads it. It speaks to a history through its gate.
  server: {
    paths: ['server/'], layers: [...CORE, 'clock', 'events', 'query', 'forecast', 'tiers', 'watch', 'access', 'project'],
    packages: ['fastify', 'fastify-type-provider-zod', 'helmet', '@fastify/rate-limit', '@fastify/static', '@fastify/swagger', '@fastify/swagger-ui', 'zod', 'lru-cache', 'prom-client', 'ipaddr.js', '@duckdb/node-api', 'node:'],
  },
  cli: { paths: ['cli/'], layers: ['server', 'access', 'base', 'definitions', 'measures', 'calendar', 'contract', 'clock', 'project', 'capture', 'query', 'forecast', 'watch', 'events', 'archive', 'tiers', 'erasure', 'verify', 'doctor', 'work', 'grafana'], packages: ['commander', '@clack/prompts', 'node:'] },
}

export function layerOf(path: string): string | undefined {
  return Object.entries(LAYERS).find(([, { paths }]) =>
    paths.some((place) => (place.endsWith('/') ? path.startsWith(place) : path === place)))?.[0]
}

/** Every import that no layer allows, and every file that has no layer. */
export function wrongImports(graph: ImportGraph): readonly string[] {
  return [...graph].flatMap(([path, { files, packages }]) => {
    const layer = layerOf(path)
    if (layer === undefined) return [`${path} has no layer: give it one in layers.ts`]
    const allowed = LAYERS[layer] as Layer
    return [
      ...files.flatMap((file) => {
        const other = layerOf(file)
        return other === layer || (other !== undefined && allowed.layers.includes(other)) ? [] : [`${path} (${layer}) imports ${file} (${other ?? 'no layer'})`]
      }),
      ...packages.flatMap((name) =>
        allowed.packages.some((known) => (known === 'node:' ? name.startsWith('node:') : name === known)) ? [] : [`${path} (${layer}) imports ${name}`]),
    ]
  })
}
