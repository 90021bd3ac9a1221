import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'

/** Where tests keep stores that need not outlive them: in memory where the system has such a place. */
export function scratchRoot(): string {
  return existsSync('/dev/shm') ? '/dev/shm' : tmpdir()
}
