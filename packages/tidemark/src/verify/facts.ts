import type { HeldEntity, HeldStream } from '../stores/contract/inventory.ts'
import { archivedFiles } from './archived-rows.ts'
import { entityName } from './naming.ts'
import type { Findings } from './report.ts'
import type { EventSeries, Subject } from './subject.ts'

/** What one entity's facts should come to, and what they do. */
interface Account {
  accepted: number
  adjusted: number
  held: number
}

/**
 * The sentence: every acknowledged event, and every adjustment, is in raw rows, in a rollup or in a verified archive,
 * counted exactly once. (Of a collected series: see collected.ts.) With `deep` for every entity; without it, where a series has files, for the series as a whole
 * by what the catalogue says of them (the `archive` check holds it against each file's hash and manifest).
 */
export async function checkFacts(subject: Subject, findings: Findings): Promise<void> {
  for (const series of subject.eventSeries) await checkSeries(subject, findings, series, subject.streamOf(series))
}

async function checkSeries(subject: Subject, findings: Findings, series: EventSeries, stream: HeldStream): Promise<void> {
  const { inventory } = subject
  const accounts = new Map<number, Account>()
  for (const { entityId, count } of await inventory.liveIdentities(stream, series.firstDay)) accountOf(accounts, entityId).accepted += count
  for await (const { entityId, count } of inventory.countAdjustments(series.id)) accountOf(accounts, entityId).adjusted += count
  for (const { tier } of series.definition.keep.tiers) {
    for await (const { entityId, count } of inventory.facts(series, tier)) accountOf(accounts, entityId).held += count
  }
  const filed = subject.deep ? await addFiled(subject, findings, series, accounts) : await catalogued(subject, series)
  // What files hold of each entity is known only when they were read.
  const exact = subject.deep || filed === 0
  const total: Account = { accepted: 0, adjusted: 0, held: subject.deep ? 0 : filed }
  for (const account of accounts.values()) {
    findings.checked += account.accepted + account.adjusted
    total.accepted += account.accepted
    total.adjusted += account.adjusted
    total.held += account.held
  }
  for await (const entity of subject.entities(stream.definition.of.name)) {
    const account = accounts.get(entity.entityId)
    accounts.delete(entity.entityId)
    if (account !== undefined) compare(findings, `${series.name}, ${entityName(entity)}`, account, exact)
  }
  // Rows of entities that are not there.
  for (const [entityId, account] of accounts) if (!subject.isErasing(entityId)) compare(findings, `${series.name}, entity ${entityId}`, account, exact)
  if (!exact && subject.erasing.length === 0) compare(findings, `${series.name}, in all`, total, true)
}

function compare(findings: Findings, name: string, { accepted, adjusted, held }: Account, exact: boolean): void {
  const expected = accepted + adjusted
  if (exact ? held === expected : held <= expected) return
  findings.note(`${name}: ${accepted} events and ${adjusted} adjustments were accepted, and ${held} facts are counted${held < expected ? `; ${expected - held} are lost` : `; ${held - expected} too many`}`)
}

function accountOf(accounts: Map<number, Account>, entityId: number): Account {
  let account = accounts.get(entityId)
  if (account === undefined) {
    account = { accepted: 0, adjusted: 0, held: 0 }
    accounts.set(entityId, account)
  }
  return account
}

async function catalogued({ inventory }: Subject, series: EventSeries): Promise<number> {
  return (await inventory.archives(series.id)).reduce((sum, { current, file }) => (current ? sum + file.facts : sum), 0)
}

/** Counts the rows of every file that can be believed. What lies in another is not proven to be anywhere. */
async function addFiled(subject: Subject, findings: Findings, series: EventSeries, accounts: Map<number, Account>): Promise<number> {
  let filed = 0
  let last: HeldEntity | null = null
  for await (const file of archivedFiles(subject, series)) {
    if (!file.ok) {
      findings.note(`${file.archive.file.path}: ${file.archive.file.facts} facts in it are not proven: ${file.detail}`)
      continue
    }
    for (const { cell, tenant, entity, facts } of file.rows()) {
      if (cell !== 0) continue
      if (last === null || last.tenant !== tenant || last.entity !== entity) last = await subject.inventory.entity(series.definition.of.name, tenant, entity)
      filed += facts
      if (last === null && subject.isErasingName(series.definition.of.name, { tenant, entity })) continue
      if (last === null) findings.note(`${file.archive.file.path}: ${facts} facts are of ${entityName({ tenant, entity })}, and there is no such entity`)
      else accountOf(accounts, last.entityId).held += facts
    }
  }
  return filed
}
