import type { AppendReport, RejectedEvent, Retraction } from '../contract/events.ts'
import { firstOpenDay, report, takeBack } from './append.ts'
import { FactFold } from './fold-facts.ts'
import { Identities } from './identities.ts'
import { quarantine } from './quarantine.ts'
import type { WriteSession } from './session.ts'

/** Takes events back by identity, while their days have not retired. */
export function retract(session: WriteSession, streamName: string, retractions: readonly Retraction[], now: number, source: string): AppendReport {
  return session.write(now, 'retract', (writing) => {
    const stream = session.catalogue.stream(streamName)
    const identities = new Identities(session, stream, retractions.map((retraction) => retraction.identity))
    const fold = new FactFold(session)
    const rejected: RejectedEvent[] = []
    let accepted = 0
    let duplicate = 0
    for (const { line, tenant, id, identity } of retractions) {
      const raw = JSON.stringify({ retract: id, tenant })
      const known = identities.get(identity)
      if (known === undefined) {
        rejected.push({ line, raw, code: 'unknown_event', reason: `no event of the id ${JSON.stringify(id)} was accepted` })
      } else if (known.retracted) {
        duplicate++
      } else if (known.day < firstOpenDay(stream, session.catalogue.byId(stream, known.tenantId, known.entityId))) {
        rejected.push({ line, raw, code: 'window_sealed', reason: `the day of the id ${JSON.stringify(id)} has retired, so it can be taken back no more` })
      } else {
        takeBack(session, stream, known, fold, writing)
        identities.set(identity, { ...known, retracted: true })
        accepted++
      }
    }
    if (accepted > 0) {
      identities.write()
      session.reach('retract.after-identities')
      fold.write(stream, writing)
    }
    const kept = quarantine(session, stream.definition, source, rejected.filter(({ code }) => code === 'window_sealed'), now, writing)
    return report(accepted, duplicate, rejected, writing, accepted > 0 || kept)
  })
}
