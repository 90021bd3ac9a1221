import type { Lock } from '../contract/store.ts'
import { claimFile } from './claimed-file.ts'
import { realPath } from './real-path.ts'

const POLL_MS = 50

/**
 * Holds a name by a small file beside the store: there is no lease to expire and no clock to trust. Beside the file
 * itself, so that whoever names it by a symbolic link is kept out, too.
 */
export async function holdLock(path: string, name: string, waitMs: number): Promise<Lock | null> {
  const file = `${realPath(path)}-${name}.lock`
  const until = performance.now() + waitMs
  for (;;) {
    const release = claimFile(file)
    if (release !== null) return { release: async () => release() }
    if (performance.now() >= until) return null
    await new Promise((resolve) => setTimeout(resolve, POLL_MS))
  }
}

