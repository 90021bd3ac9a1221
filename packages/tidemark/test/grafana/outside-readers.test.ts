import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { project, shell } from '../cli/cli.ts'

const PAGE = readFileSync(new URL('../../../../docs/outside-readers.md', import.meta.url), 'utf8')
const texts = [...PAGE.matchAll(/```sql\n([\s\S]*?)```/g)].map(([, sql = '']) => sql)

test('the SQL of the page for outside readers does what the page says', async () => {
  const cwd = project()
  for (const line of ['tidemark migrate', 'tidemark ingest contributions commits.csv', 'tidemark capture activity']) expect(await shell(line, { cwd })).toMatchObject({ code: 0 })
  const [months = '', copy = ''] = texts
  expect(texts).toHaveLength(2)
  const db = new DatabaseSync(join(cwd, 'history.db'), { readOnly: true })
  expect(db.prepare(months).all()).toEqual([{ month: '2024-03-01', contributions: 2, fix_share: 0 }, { month: '2024-05-01', contributions: 2, fix_share: 0.5 }])
  // Every column that the table of the page names is in the view, but for what only collected series have.
  const columns = db.prepare('SELECT * FROM tidemark_v1_activity').columns().map(({ name }) => name)
  expect(columns).toEqual(expect.arrayContaining(['tenant', 'entity', 'tier', 'time', 'day', 'until', 'day_number', 'windows', 'recorded_at', 'contributions_sum', 'fixShare_value']))
  db.exec(copy.replace('copy.db', join(cwd, 'copy.db')))
  db.close()
  const plain = new DatabaseSync(join(cwd, 'copy.db'), { readOnly: true })
  expect(plain.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'delete' })
  expect(plain.prepare(months).all()).toHaveLength(2)
  plain.close()
})
