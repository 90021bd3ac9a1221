import type { StoredStream } from './catalogue.ts'
import { notErased } from './erased.ts'
import { identityTable } from './names.ts'
import type { WriteSession } from './session.ts'

/** What is remembered of an accepted event for ever: its content's digest and where it went. */
export interface KnownIdentity {
  readonly content: Uint8Array
  readonly tenantId: number
  readonly entityId: number
  readonly day: number
  readonly seq: number
  readonly retracted: boolean
}

/** A digest as a map's key. */
export function keyOf(digest: Uint8Array): string {
  return String.fromCharCode.apply(null, digest as unknown as number[])
}

/**
 * The identities that one command asks about: probed in sorted order, changed in memory while the command judges,
 * written in sorted order at its end, so that neighbours share pages.
 */
export class Identities {
  readonly #session: WriteSession
  readonly #stream: StoredStream
  readonly #known = new Map<string, KnownIdentity>()
  readonly #changed = new Map<string, Uint8Array>()

  constructor(session: WriteSession, stream: StoredStream, digests: readonly Uint8Array[]) {
    this.#session = session
    this.#stream = stream
    const probe = session.sql(`SELECT content, tenant_id AS tenantId, entity_id AS entityId, day, seq, retracted FROM ${identityTable(stream.definition.name)} WHERE ${notErased(session, 'entity_id')} identity = ?`)
    // Sorted as text, byte for byte the same order: a comparison of buffers is a call, one of strings is not.
    const asked = new Map(digests.map((digest) => [keyOf(digest), digest]))
    for (const key of [...asked.keys()].sort()) {
      const row = probe.get(asked.get(key)) as (Omit<KnownIdentity, 'retracted'> & { retracted: number }) | undefined
      if (row !== undefined) this.#known.set(key, { ...row, retracted: row.retracted === 1 })
    }
  }

  get(digest: Uint8Array): KnownIdentity | undefined {
    return this.#known.get(keyOf(digest))
  }

  set(digest: Uint8Array, known: KnownIdentity): void {
    const key = keyOf(digest)
    this.#known.set(key, known)
    this.#changed.set(key, digest)
  }

  write(): void {
    const put = this.#session.sql(`INSERT OR REPLACE INTO ${identityTable(this.#stream.definition.name)} (identity, content, tenant_id, entity_id, day, seq, retracted) VALUES (?, ?, ?, ?, ?, ?, ?)`)
    for (const key of [...this.#changed.keys()].sort()) {
      const known = this.#known.get(key) as KnownIdentity
      put.run(this.#changed.get(key), known.content, known.tenantId, known.entityId, known.day, known.seq, known.retracted ? 1 : 0)
    }
  }
}
