import type { Tidemark } from 'tidemark'
import type { World } from '../app/world.ts'
import { sessions } from './series.ts'
import { type SessionRow, sessionEvent } from './sessions.ts'

/** A report names up to 10,000 of what it rejected: of so many, every one. */
const AT_ONCE = 5_000

export interface HandedOn {
  readonly accepted: number
  /** Of campaigns that have been erased from the history and still live in the application: kept nowhere. */
  readonly erased: number
}

/**
 * Ingests the sessions that the application has had since the last time. Stopped half-way, it hands some of them on
 * again, which changes nothing: each is known by its id. A rejection for another reason than an erasure is an error of
 * this template, and stops it before anything is passed over.
 */
export async function handOn(history: Tidemark, world: World): Promise<HandedOn> {
  let [accepted, erased] = [0, 0]
  for (;;) {
    const rows = world.sessionsToHandOn(AT_ONCE) as unknown as readonly SessionRow[]
    const last = rows.at(-1)
    if (last === undefined) return { accepted, erased }
    const report = await history.ingest(sessions, rows.map(sessionEvent))
    const wrong = report.rejections.find(({ code }) => code !== 'erased')
    if (wrong !== undefined) throw new Error(`a session was not accepted: ${wrong.reason}`)
    accepted += report.accepted
    erased += report.rejected
    world.handedOn(last.id)
  }
}
