import { execFile } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { promisify } from 'node:util'

const run = promisify(execFile)
/** More than this the other tests of the stage would have no core left. */
const MOST = 4

/** Divides a campaign among processes of their own, since each works synchronously; neighbouring seeds. Their reports. */
export async function inShares<Report>(script: string, seed: number, size: number): Promise<readonly Report[]> {
  const shares = Math.min(MOST, availableParallelism())
  return Promise.all(Array.from({ length: shares }, async (_, index) => {
    const { stdout } = await run(process.execPath, [script, String(seed + index), String(Math.ceil(size / shares))], { maxBuffer: 2 ** 28 })
    return JSON.parse(stdout) as Report
  }))
}
