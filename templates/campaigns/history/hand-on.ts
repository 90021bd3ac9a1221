import type { Tidemark } from 'tidemark'
import type { World } from '../app/world.ts'
import { sessions } from '../tidemark.config.ts'
import { type SessionRow, sessionEvent } from './sessions.ts'

const AT_ONCE = 5_000

/**
 * Ingests the sessions that the application has had since the last time. Stopped half-way, it hands some of them on
 * again, which changes nothing: each is known by its id.
 */
export async function handOn(history: Tidemark, world: World): Promise<number> {
  let accepted = 0
  for (;;) {
    const rows = world.sessionsToHandOn(AT_ONCE) as unknown as readonly SessionRow[]
    const last = rows.at(-1)
    if (last === undefined) return accepted
    const report = await history.ingest(sessions, rows.map(sessionEvent))
    if (report.rejected > 0) throw new Error(`a session was not accepted: ${report.rejections[0]?.reason}`)
    accepted += report.accepted
    world.handedOn(last.id)
  }
}
