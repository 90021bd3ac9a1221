import { canonicalJson } from '../canonical/json.ts'
import { isCollected } from '../definitions/series.ts'
import type { Findings } from './report.ts'
import type { Subject } from './subject.ts'

/** The tables are those that the stored declarations ask for, and the declarations those of the last migration. */
export async function checkSchema(subject: Subject, findings: Findings): Promise<void> {
  const { checked, problems } = await subject.inventory.schema()
  findings.checked += checked
  for (const problem of problems) findings.note(problem)
  for (const [place, { version }] of subject.migrations.entries()) {
    if (version !== place + 1) findings.note(`migration ${version} stands where ${place + 1} should`)
  }
  const declared = new Map(subject.migrations.at(-1)?.series.map((series) => [series.name, series]) ?? [])
  for (const series of subject.series) {
    const stream = subject.streams.find(({ id }) => id === series.streamId)
    const migrated = declared.get(series.name)
    declared.delete(series.name)
    if (migrated === undefined || canonicalJson(migrated) !== canonicalJson(series.definition)) findings.note(`the definition of ${series.name} is not the one that the last migration made`)
    if (isCollected(series.definition)) {
      if (series.streamId !== null) findings.note(`${series.name} is collected, and a stream feeds it`)
    } else if (stream === undefined) findings.note(`${series.name} is fed by a stream that is not there`)
    else if (canonicalJson(stream.definition) !== canonicalJson(series.definition.stream)) findings.note(`the stream ${stream.name} is not what ${series.name} says of it`)
    for (const measure of Object.keys(series.since)) {
      if (series.definition.measures[measure] === undefined) findings.note(`${series.name} has a first day of ${measure}, which it does not measure`)
    }
  }
  for (const name of declared.keys()) findings.note(`the series ${name} of the last migration is not there`)
}
