import { readdirSync, readlinkSync } from 'node:fs'
import { constants, setPriority } from 'node:os'

/**
 * Has the thread that calls, and those that it starts from then on, give way to the others of the machine. Where threads are not told apart (only Linux gives each
 * a number that a priority can be set by) nothing changes.
 */
export function giveWay(): void {
  quietly(() => lower(readlinkSync('/proc/thread-self').split('/').at(-1)))
}

/** The same of the whole process: the threads that collect its garbage and compile its code are there before any code of ours, and took a fifth of a core beside a run. */
export function giveWayAltogether(): void {
  quietly(() => { for (const thread of readdirSync('/proc/self/task')) lower(thread) })
}

function lower(thread: string | undefined): void {
  const number = Number(thread)
  if (Number.isSafeInteger(number) && number > 0) setPriority(number, constants.priority.PRIORITY_BELOW_NORMAL)
}

function quietly(work: () => void): void {
  try {
    work()
  } catch {
    // It is as fast as before.
  }
}
