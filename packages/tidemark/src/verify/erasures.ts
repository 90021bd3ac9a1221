import { archivedFiles } from './archived-rows.ts'
import { entityName } from './naming.ts'
import type { Findings } from './report.ts'
import type { Subject } from './subject.ts'

/**
 * Nothing of what the ledger calls erased is left: no row under its number, no entity of its name, and with `deep` no
 * row of it in the archive. One that is not complete is no finding: the next tiers run finishes it.
 */
export async function checkErasures(subject: Subject, findings: Findings): Promise<void> {
  const { inventory } = subject
  const erasures = await inventory.erasures()
  findings.checked += erasures.length
  for (const { id, entityId, completed, name } of erasures) {
    if (!completed) continue
    if (name !== null) findings.note(`erasure ${id} is complete, and the ledger still names its entity`)
    if (entityId === null) continue
    for (const table of await inventory.tablesOf(entityId)) findings.note(`erasure ${id} is complete, and ${table} has rows of its entity ${entityId}`)
  }
  const gone = new Map(erasures.flatMap(({ id, subject: digest }) => (digest === null ? [] : [[digest, id] as const])))
  if (gone.size === 0) return
  const erasedAs = async (kind: string, { tenant, entity }: { readonly tenant: string; readonly entity: string }): Promise<number | undefined> =>
    gone.get(await inventory.erasureDigest({ kind, tenant, entity }) ?? '')
  for await (const entity of inventory.entities()) {
    const erasure = await erasedAs(entity.kind, entity)
    if (erasure !== undefined) findings.note(`${entityName(entity)} is known, and was erased (erasure ${erasure})`)
  }
  if (subject.deep) await checkArchived(subject, findings, erasedAs, new Set(erasures.filter(({ completed }) => completed).map(({ id }) => id)))
}

async function checkArchived(
  subject: Subject, findings: Findings, erasedAs: (kind: string, name: { readonly tenant: string; readonly entity: string }) => Promise<number | undefined>, complete: ReadonlySet<number>,
): Promise<void> {
  for (const series of subject.series) {
    for await (const file of archivedFiles(subject, series)) {
      if (!file.ok) continue
      let last = ''
      for (const row of file.rows()) {
        const name = `${row.tenant}\0${row.entity}`
        if (name === last) continue
        last = name
        findings.checked++
        const erasure = await erasedAs(series.definition.of.name, row)
        if (erasure !== undefined && complete.has(erasure)) findings.note(`${file.archive.file.path} has rows of ${entityName(row)}, which was erased (erasure ${erasure})`)
      }
    }
  }
}
