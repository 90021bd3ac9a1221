import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe } from 'vitest'
import { scratchRoot } from '../histories/scratch.ts'
import { agreementOf, type Run } from './agreement-of-run.ts'
import { FullCapture } from './full-capture.ts'
import { demo, END, historyOf } from './lived.ts'
import { reenact } from './reenactment.ts'

/** Campaigns asked about one by one: the special ones, and some of the others. */
const MOST = 60

describe('at full scale', () => {
  const cwd = mkdtempSync(join(scratchRoot(), 'tidemark-campaigns-full-'))
  let run: Run

  beforeAll(async () => {
    const document = await demo(cwd, 'full')
    const folder = join(cwd, 'demo')
    const snapshots = reenact(join(folder, 'app.db'), Date.parse(document.from), END)
    run = { document, history: await historyOf(folder), snapshots, capture: await FullCapture.of(snapshots, join(folder, 'app.db'), cwd) }
  }, 3_600_000)
  afterAll(async () => {
    await run?.history.close()
    run?.capture.close()
    rmSync(cwd, { recursive: true, force: true })
  })

  agreementOf('500 campaigns over three years', () => run, MOST)
})
