import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8'

/**
 * As much as the space of young objects may take. Less has objects moved more often (with 4 MiB a few percent more
 * CPU time), more is only waited for by the garbage of the last batches.
 */
const MOST_YOUNG_BYTES = 16 * 2 ** 20

/**
 * Gives what a command that takes in a stream of events calls between batches, so that its memory stays bounded.
 *
 * V8 doubles the space of young objects whenever what survives in it outgrows it, to 134 MB under batches of events:
 * a third of what a long ingest took. No option reaches a process that runs already, but growth can be switched off:
 * a factor of 1, set when the space is large enough, keeps it as it is. It holds for the whole process, so it is the
 * command line's to set, never the library's. Rejected: starting Node again with --max-semi-space-size (100 ms).
 */
export function boundedMemory(): () => void {
  let bounded = false
  return () => {
    if (bounded) return
    const young = getHeapSpaceStatistics().find((space) => space.space_name === 'new_space')
    if (young === undefined || young.space_size < MOST_YOUNG_BYTES) return
    setFlagsFromString('--semi-space-growth-factor=1')
    bounded = true
  }
}
