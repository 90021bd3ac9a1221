import { statSync } from 'node:fs'
import { Worker } from 'node:worker_threads'
import type { Finding } from '../contract/inventory.ts'
import type { IntegrityData } from './integrity-thread.ts'

const PAGE_BYTES = 4096

/** SQLite's own check of its file, on a thread of its own. Counts pages. */
export async function checkIntegrity(path: string, deep: boolean): Promise<Finding> {
  const found = await new Promise<string[]>((resolve) => {
    // Under type stripping this file is .ts, built it is .js; the thread's file stands beside it.
    const worker = new Worker(new URL(import.meta.url.endsWith('.ts') ? './integrity-thread.ts' : './integrity-thread.js', import.meta.url), { workerData: { path, deep } satisfies IntegrityData })
    worker.once('message', resolve)
    worker.once('error', (error) => resolve([error.message]))
    worker.once('exit', (code) => resolve([`the check ended early (${code})`]))
  })
  return { checked: pagesOf(path), problems: found.map((line) => `${path}: ${line.replaceAll('\n', ' ')}`) }
}

function pagesOf(path: string): number {
  try {
    return Math.ceil(statSync(path).size / PAGE_BYTES)
  } catch {
    return 0
  }
}
