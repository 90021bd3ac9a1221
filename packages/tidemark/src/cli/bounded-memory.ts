import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8'

/** As much as the space of young objects may take: with a quarter of it, what outlives a batch is moved more often. */
const MOST_YOUNG_BYTES = 16 * 2 ** 20

/**
 * For a command that takes in a stream of events, whose memory must not grow with it. Gives what is to be called after
 * each batch. V8's own bounds are for programs that have the machine to themselves: 400,000 rows took 430 MB, of which
 * less than 20 were alive; so bounded they take 210, and no more CPU time.
 *
 * - Batches outlive the young and pass for old objects, whose space may grow to four times what is alive before it is
 *   looked through. Here, to one and a half times: 60 MB less.
 * - The space of the young doubles, to 134 MB a thread, whenever more survives in it than it held. No option stops that
 *   in a process that runs, but a growth factor of 1 does, once the space is large enough: 130 MB less.
 *
 * Both hold for the whole process, so they are the command line's to set, never the library's. Rejected: starting Node
 * once more with options of its own, 60 ms and another process to pass signals and standard input on to.
 */
export function boundedMemory(): () => void {
  setFlagsFromString('--heap-growing-percent=50')
  let bounded = false
  return () => {
    if (bounded) return
    const young = getHeapSpaceStatistics().find((space) => space.space_name === 'new_space')
    if (young === undefined || young.space_size < MOST_YOUNG_BYTES) return
    setFlagsFromString('--semi-space-growth-factor=1')
    bounded = true
  }
}
