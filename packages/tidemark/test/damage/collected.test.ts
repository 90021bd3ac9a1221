import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Random } from '../histories/random.ts'
import { CollectedProject, edited, problemsOf } from './collected.ts'
import { DAMAGES } from './damages.ts'
import { EDITS } from './edits.ts'

const SEED = Number(process.env['TIDEMARK_SEED'] ?? 20_261_120)
/** Of each kind; more before a release. */
const TIMES = process.env['TIDEMARK_LONG'] === '1' ? 20 : 2

const project = new CollectedProject()
beforeAll(async () => {
  await project.build(SEED)
}, 60_000)
afterAll(() => project.remove())

describe(`a collected series that somebody has changed (seed ${SEED})`, () => {
  test('before anything is changed, verify finds nothing', async () => {
    expect(await problemsOf(project.place)).toEqual([])
    expect(project.files.length).toBeGreaterThanOrEqual(2)
  })

  for (const [name, edit] of Object.entries(EDITS)) {
    test(`${name}: verify --deep finds it`, async () => {
      const random = new Random(SEED + name.length)
      for (let time = 0; time < TIMES; time++) {
        let what = ''
        const problems = await project.after((copy) => { what = edited(copy, (connection) => edit(connection, (below) => random.whole(0, below - 1))) })
        expect(problems, what).not.toEqual([])
      }
    })
  }

  for (const [name, damage] of Object.entries(DAMAGES)) {
    test(`its archive, ${name}: verify --deep names the file`, async () => {
      const random = new Random(SEED + name.length)
      let named: readonly string[] = []
      const problems = await project.after((copy) => { ({ named } = damage({ root: copy.archive, files: project.files, int: (below) => random.whole(0, below - 1) })) })
      for (const path of named) expect(problems.some((problem) => problem.includes(path)), `${path} in ${problems.join('; ')}`).toBe(true)
    })
  }
})
