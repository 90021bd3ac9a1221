import type { HeldEarlierRow, HeldEntity, HeldSeries } from '../stores/contract/inventory.ts'
import { archivedFiles } from './archived-rows.ts'
import { rowName } from './naming.ts'
import type { Findings } from './report.ts'
import type { Subject } from './subject.ts'

/** When the last belief about a row of a file ended, and what it is called. */
type Ended = Map<string, { readonly until: number; readonly name: string }>

/**
 * Earlier beliefs about one row follow each other without overlap, and end where the current one begins or before. What
 * is believed now of a row in a file is known only when the file is read, so that is left to `deep`.
 */
export async function checkSuperseded(subject: Subject, findings: Findings): Promise<void> {
  let last = 0
  for await (const { id } of subject.inventory.transactions()) last = id
  for (const series of subject.series) {
    const filed: Ended = new Map()
    for await (const entity of subject.entities(series.definition.of.name)) await checkEntity(subject, findings, series, entity, last, filed)
    if (subject.deep && filed.size > 0) await checkFiled(subject, findings, series, filed)
  }
}

async function checkEntity(subject: Subject, findings: Findings, series: HeldSeries, entity: HeldEntity, lastTransaction: number, filed: Ended): Promise<void> {
  let last: HeldEarlierRow | null = null
  for await (const row of subject.inventory.superseded(series, entity)) {
    findings.checked++
    const name = `${rowName(subject.definitionOf(series, entity), row.tier, entity, row)}, believed from transaction ${row.transaction} to ${row.until}`
    if (row.until <= row.transaction) findings.note(`${name}: it ends before it begins`)
    if (row.until > lastTransaction) findings.note(`${name}: it ends after the last transaction, ${lastTransaction}`)
    if (last !== null && last.tier === row.tier && last.from === row.from && last.cell === row.cell && last.window?.from === row.window?.from && row.transaction < last.until) {
      findings.note(`${name}: it begins before the belief before it ends, at ${last.until}`)
    }
    if (row.tier === 'archive') filed.set(keyOf(entity, row), { until: row.until, name })
    else {
      const current = await currentOf(subject, series, entity, row)
      if (current !== null && row.until > current) findings.note(`${name}: it ends after the current row began, at ${current}`)
    }
    last = row
  }
}

/** The transaction of the row that is believed now; null when everything in it was taken back. */
async function currentOf({ inventory }: Subject, series: HeldSeries, entity: HeldEntity, row: HeldEarlierRow): Promise<number | null> {
  if (row.tier === 'archive') return null
  for await (const current of inventory.rows(series, row.tier, { ...entity, from: row.from, to: row.from + 1 })) {
    if (current.cell === row.cell && current.window?.from === row.window?.from) return current.transaction
  }
  return null
}

async function checkFiled(subject: Subject, findings: Findings, series: HeldSeries, filed: Ended): Promise<void> {
  for await (const file of archivedFiles(subject, series)) {
    if (!file.ok) continue
    for (const row of file.rows()) {
      const ended = filed.get(keyOf(row, row))
      if (ended !== undefined && ended.until > row.transaction) findings.note(`${ended.name}: it ends after the row in ${file.archive.file.path} began, at ${row.transaction}`)
    }
  }
}

function keyOf({ tenant, entity }: { readonly tenant: string; readonly entity: string }, { from, cell }: { readonly from: number; readonly cell: number }): string {
  return `${tenant}\0${entity}\0${from}\0${cell}`
}
