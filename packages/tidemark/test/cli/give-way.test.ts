import { spawnSync } from 'node:child_process'
import { constants } from 'node:os'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { project, tidemark } from './cli.ts'

const GIVING_WAY = constants.priority.PRIORITY_BELOW_NORMAL
/** Says at the end of the process which priority the thread that began it had. */
const SAYING = { NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent("import { getPriority } from 'node:os'; import { isMainThread } from 'node:worker_threads'; if (isMainThread) process.on('exit', () => process.stderr.write('priority ' + getPriority() + '\\n'))")}` }

// Where threads have no priorities of their own nothing gives way.
describe.skipIf(process.platform !== 'linux')('what can wait gives way', () => {
  test.each([[['tiers', 'run'], GIVING_WAY], [['tiers', 'run', '--dry-run'], 0], [['tiers', 'plan'], 0], [['query', 'activity', '--measure', 'contributions.sum'], 0]])('tidemark %j', async (words, priority) => {
    const folder = project()
    expect((await tidemark(['migrate'], { cwd: folder })).code).toBe(0)
    const { code, stderr } = await tidemark(words, { cwd: folder, env: SAYING })
    expect([code, /^priority (\d+)$/m.exec(stderr)?.[1]]).toEqual([0, String(priority)])
  })

  test('a process altogether: also the threads that were there before any code of ours', () => {
    const script = `import { giveWayAltogether } from ${JSON.stringify(fileURLToPath(new URL('../../src/give-way.ts', import.meta.url)))}
      import { readdirSync, writeSync } from 'node:fs'
      import { getPriority } from 'node:os'
      giveWayAltogether()
      const threads = readdirSync('/proc/self/task').map((thread) => getPriority(Number(thread)))
      writeSync(1, threads.length > 1 ? [...new Set(threads)].join() : 'no threads')`
    expect(spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' }).stdout).toBe(String(GIVING_WAY))
  })

  test('threads that are started after it are as the one that starts them', () => {
    const script = `import { giveWay } from ${JSON.stringify(fileURLToPath(new URL('../../src/give-way.ts', import.meta.url)))}
      import { Worker } from 'node:worker_threads'
      giveWay()
      new Worker("require('node:fs').writeSync(1, String(require('node:os').getPriority()))", { eval: true, execArgv: [] })`
    expect(spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' }).stdout).toBe(String(GIVING_WAY))
  })
})
