// What a day row, a remembered identity and a retained event weigh on disk. (Archived quarters: see the tiers case.)
import { at, type Case, type CaseResult } from '../case.ts'
import { round } from '../measure.ts'
import { bytesByTable } from '../sqlite.ts'

export const bytes: Case = {
  name: 'bytes',
  async run(bench): Promise<CaseResult> {
    const volume = await bench.shelf.of(at(bench.scale, 60_000, 500_000, 5_000_000))
    const ours = bytesByTable(volume.path)
    const byHand = bytesByTable(volume.handPath)
    const of = (tables: ReadonlyMap<string, number>, name: string, rows: number): number => round((tables.get(name) ?? Number.NaN) / rows, 1)
    const { count } = volume.set
    const whole = [...ours.values()].reduce((sum, size) => sum + size, 0)
    return {
      tables: [{
        title: `Bytes on SQLite, loaded by entity; ${count.toLocaleString('en-US')} events, ${volume.dayRows.toLocaleString('en-US')} day rows`,
        columns: ['', 'bytes'],
        rows: [
          ['a stored day row (five state columns)', of(ours, 'tm_day_usage', volume.dayRows)],
          ['a day row by hand (three columns)', of(byHand, 'day', volume.dayRows)],
          ['a remembered identity', of(ours, 'tm_identity_actions', count)],
          ['a retained event, with its id as text', of(ours, 'tm_event_actions', count)],
          ['an event, everything together', round(whole / count, 1)],
        ],
      }],
      goals: [],
    }
  },
}
