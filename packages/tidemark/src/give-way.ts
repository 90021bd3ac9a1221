import { readlinkSync } from 'node:fs'
import { constants, setPriority } from 'node:os'

/**
 * Has the thread that calls, and those that it starts from then on, give way to the others of the machine. Where threads are not told apart (only Linux gives each
 * a number that a priority can be set by) nothing changes.
 */
export function giveWay(): void {
  try {
    const thread = Number(readlinkSync('/proc/thread-self').split('/').at(-1))
    if (Number.isSafeInteger(thread) && thread > 0) setPriority(thread, constants.priority.PRIORITY_BELOW_NORMAL)
  } catch {
    // It is as fast as before.
  }
}
