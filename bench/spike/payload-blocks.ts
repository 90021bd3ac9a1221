// Bytes and CPU of payloads in blocks of one entity, by codec and size (docs/decisions/0008): STORE SERIES
import { constants, brotliCompressSync, brotliDecompressSync, deflateRawSync, inflateRawSync, zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import Database from 'better-sqlite3'

interface Codec {
  readonly name: string
  pack(bytes: Uint8Array): Uint8Array
  unpack(bytes: Uint8Array): Uint8Array
}

const zstd = (level: number): Codec => ({ name: `zstd ${level}`, pack: (bytes) => zstdCompressSync(bytes, { params: { [constants.ZSTD_c_compressionLevel]: level } }), unpack: zstdDecompressSync })
const deflate = (level: number): Codec => ({ name: `deflate ${level}`, pack: (bytes) => deflateRawSync(bytes, { level }), unpack: inflateRawSync })
const CODECS: readonly Codec[] = [
  deflate(6), deflate(9), zstd(3), zstd(9), zstd(15), zstd(19),
  { name: 'brotli 9', pack: (bytes) => brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }), unpack: brotliDecompressSync },
]

const [path = '', series = ''] = process.argv.slice(2)
const database = new Database(path, { readonly: true })
const found = database.prepare(`SELECT entity_id AS entity, text FROM "tm_payload_${series}" ORDER BY entity_id, id`).all() as { entity: number; text: string | Uint8Array }[]
const texts = found.map(({ entity, text }) => ({ entity, text: typeof text === 'string' ? text : inflateRawSync(text).toString('utf8') }))
const entities = [...Map.groupBy(texts, ({ entity }) => entity).values()]
process.stderr.write(`${texts.length} payloads of ${entities.length} entities, ${texts.reduce((sum, { text }) => sum + text.length, 0)} characters\n`)

/** Milliseconds of CPU that work takes. */
function cpuMs(work: () => void): number {
  const before = process.cpuUsage().user
  work()
  return (process.cpuUsage().user - before) / 1000
}

const results: object[] = []
for (const size of [1, 8, 16, 32, 64, 128]) {
  const blocks = entities.flatMap((own) => Array.from({ length: Math.ceil(own.length / size) }, (_, place) => Buffer.from(own.slice(place * size, (place + 1) * size).map(({ text }) => text).join('\n'))))
  for (const codec of CODECS) {
    let packed: Uint8Array[] = []
    const packMs = cpuMs(() => { packed = blocks.map((block) => codec.pack(block)) })
    const unpackMs = cpuMs(() => { for (const block of packed) codec.unpack(block) })
    const bytes = packed.reduce((sum, { length }) => sum + length, 0)
    results.push({ payloads: size, codec: codec.name, bytesEach: Math.round(bytes / texts.length), packMs: Number((packMs / blocks.length).toFixed(3)), unpackMs: Number((unpackMs / blocks.length).toFixed(3)) })
  }
}
console.log(JSON.stringify(results))
