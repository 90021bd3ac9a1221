import { periodStart } from '../calendar/period.ts'
import type { HeldEarlierRow, HeldEntity, HeldSeries } from '../stores/contract/inventory.ts'
import { rowName } from './naming.ts'
import type { Findings } from './report.ts'
import type { Subject } from './subject.ts'

/** Earlier beliefs about one row follow each other without overlap, and end where the current one begins or before. */
export async function checkSuperseded(subject: Subject, findings: Findings): Promise<void> {
  for (const series of subject.series) {
    for await (const entity of subject.entities(series.definition.of.name)) await checkEntity(subject, findings, series, entity)
  }
}

async function checkEntity(subject: Subject, findings: Findings, series: HeldSeries, entity: HeldEntity): Promise<void> {
  let last: HeldEarlierRow | null = null
  for await (const row of subject.inventory.superseded(series, entity)) {
    findings.checked++
    const note = (problem: string): void => findings.note(`${rowName(series.definition, row.tier, entity, row)}, believed from transaction ${row.transaction} to ${row.until}: ${problem}`)
    if (row.until <= row.transaction) note('it ends before it begins')
    if (last !== null && sameRow(last, row)) {
      if (row.transaction < last.until) note(`it begins before the belief before it ends, at ${last.until}`)
    }
    const current = await currentOf(subject, series, entity, row)
    if (current !== null && row.until > current) note(`it ends after the current row began, at ${current}`)
    last = row
  }
}

function sameRow(a: HeldEarlierRow, b: HeldEarlierRow): boolean {
  return a.tier === b.tier && a.from === b.from && a.cell === b.cell
}

/** The transaction of what is believed now; for a row in a file, of the youngest row of the file. Null: nothing is. */
async function currentOf({ inventory }: Subject, series: HeldSeries, entity: HeldEntity, row: HeldEarlierRow): Promise<number | null> {
  if (row.tier === 'archive') {
    const tier = series.definition.keep.tiers.at(-1)?.tier === 'month' ? 'month' : 'quarter'
    const period = periodStart(tier, row.from)
    return (await inventory.archives(series.id)).find((archive) => archive.current && archive.period === period)?.file.transaction ?? null
  }
  for await (const current of inventory.rows(series, row.tier, { ...entity, from: row.from, to: row.from + 1 })) {
    if (current.cell === row.cell) return current.transaction
  }
  return null
}
