// What comes out of rollups where it matters: each system by its documented practice, beside the number that is right.
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { Bench, Case, CaseResult, Goal, Table } from '../case.ts'
import { daylightSaving } from '../correctness/daylight-saving.ts'
import { deletion } from '../correctness/deletion.ts'
import { duplicates } from '../correctness/duplicates.ts'
import { type Running, startEngine } from '../correctness/engine.ts'
import { lateData } from '../correctness/late-data.ts'
import { meanOfMeans } from '../correctness/mean-of-means.ts'
import { type Engine, ENGINES, type Trial } from '../correctness/trial.ts'
import { log } from '../measure.ts'

const TRIALS: readonly Trial[] = [lateData, duplicates, daylightSaving, meanOfMeans, deletion]

/** No practice was found in their documents that a case could carry out. */
const WITHOUT_ROLLUPS: readonly (readonly [string, string])[] = [
  ['DuckDB', 'it documents no rollups: one asks the raw rows, or fills tables by hand as in SQLite'],
  ['VictoriaMetrics', 'its rollups are recording rules, evaluated as time goes by, or downsampling, which is sold'],
]

/** Equal as numbers: `4.0000` is `4`. */
const same = (said: string, right: string): boolean => said === right || (said !== '' && Number(said) === Number(right))

async function tableOf(trial: Trial, engines: ReadonlyMap<Engine, Running | string>, folder: string, version: string): Promise<{ table: Table; own: string }> {
  const own = await trial.tidemark(join(folder, `case-${trial.name}.db`))
  const rows: (string | null)[][] = [['Tidemark', version, 'declared', 'docs/semantics.md', own, same(own, trial.right) ? 'yes' : '**no**']]
  for (const practice of trial.practices) {
    const engine = engines.get(practice.engine) as Running | string
    if (typeof engine === 'string') {
      rows.push([practice.engine, null, practice.how, practice.source, `not run: ${engine}`, null])
      continue
    }
    const said = await engine.carryOut(practice)
    log(`  ${trial.name}, ${practice.engine}: ${said}, right is ${trial.right}`)
    rows.push([practice.engine, engine.version, practice.how, practice.source, said, same(said, trial.right) ? 'yes' : '**no**'])
  }
  for (const [name, why] of WITHOUT_ROLLUPS) rows.push([name, null, null, null, `not run: ${why}`, null])
  return { table: { title: `${trial.name}: ${trial.title}`, columns: ['system', 'version', 'practice', 'documented in', 'came out', 'right'], rows }, own }
}

export const correctness: Case = {
  name: 'correctness',
  cases: TRIALS.map(({ name }) => name),
  async run(bench: Bench): Promise<CaseResult> {
    const version = (createRequire(import.meta.url)('tidemark/package.json') as { version: string }).version
    const engines = new Map<Engine, Running | string>()
    const tables: Table[] = []
    const goals: Goal[] = []
    try {
      for (const engine of ENGINES) engines.set(engine, await startEngine(engine, { folder: bench.folder, postgres: () => bench.postgres() }))
      for (const trial of TRIALS) {
        if (bench.only !== null && !bench.only.includes(trial.name)) continue
        const { table, own } = await tableOf(trial, engines, bench.folder, version)
        tables.push(table)
        goals.push({ goal: `${trial.name}: Tidemark's number is the right one`, measured: own, met: same(own, trial.right) })
      }
    } finally {
      for (const engine of engines.values()) if (typeof engine !== 'string') await engine.close()
    }
    return { tables, goals }
  },
}
