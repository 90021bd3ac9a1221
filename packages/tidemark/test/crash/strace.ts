import { spawnSync } from 'node:child_process'

/** Whether system calls can be watched and made to fail here: strace is installed, and may trace. */
export const canTrace: boolean = spawnSync('strace', ['-f', '-qq', '-o', '/dev/null', '-e', 'trace=none', 'true']).status === 0

/** Said once by each file of tests that needs it. */
export function sayWhenNot(): void {
  if (!canTrace) console.log('strace is not installed or may not trace: failing writes and syncs are NOT tested (apt-get install strace)')
}

export interface Fault {
  readonly call: 'pwrite64' | 'fsync' | 'link' | 'rename'
  readonly error: 'EIO' | 'ENOSPC'
  /** The how manieth call of a thread fails. */
  readonly when: number
  /** From then on every one fails, as on a disk that stays full. */
  readonly on: boolean
}

/** Words that run a program with a call failing. */
export function failing({ call, error, when, on }: Fault, paths: readonly string[] = []): readonly string[] {
  return ['strace', '-f', '--seccomp-bpf', '-qq', '-o', '/dev/null', ...paths.flatMap((path) => ['-P', path]), '-e', `trace=${call}`, '-e', `inject=${call}:error=${error}:when=${when}${on ? '+' : ''}`]
}
