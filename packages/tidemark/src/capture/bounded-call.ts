/** What became of a call that had a time to be done in. */
export type BoundedOutcome<T> =
  | { readonly value: T }
  /** `timedOut`: it was given up; what it still does is not waited for. */
  | { readonly error: string; readonly timedOut: boolean }

/**
 * Calls and waits at most `timeoutMs`. The signal is aborted when the time is up, or when `stop` is. A call that never
 * resolves is left behind; one that never returns, because it works without awaiting anything, cannot be stopped here.
 */
export async function boundedCall<T>(work: (signal: AbortSignal) => Promise<T>, timeoutMs: number, stop?: AbortSignal): Promise<BoundedOutcome<T>> {
  const controller = new AbortController()
  const signal = stop === undefined ? controller.signal : AbortSignal.any([controller.signal, stop])
  let timer: ReturnType<typeof setTimeout> | undefined
  let stopped = (): void => {}
  const late = new Promise<BoundedOutcome<T>>((resolve) => {
    timer = setTimeout(() => {
      resolve({ error: `no answer within ${timeoutMs} ms`, timedOut: true })
      controller.abort()
    }, timeoutMs)
    stopped = () => resolve({ error: 'stopped', timedOut: false })
    if (stop?.aborted === true) stopped()
    else stop?.addEventListener('abort', stopped)
  })
  const answer = (async (): Promise<BoundedOutcome<T>> => {
    try {
      return { value: await work(signal) }
    } catch (error) {
      return { error: messageOf(error), timedOut: false }
    }
  })()
  try {
    return await Promise.race([answer, late])
  } finally {
    clearTimeout(timer)
    stop?.removeEventListener('abort', stopped)
  }
}

/** An error in a few words, for the record. */
function messageOf(error: unknown): string {
  return error instanceof Error ? error.message || error.name : String(error)
}
