const ADDITIVE: ReadonlySet<string> = new Set(['sum', 'n', 'count', 'increase'])

/** Whether an answer (`sales.sum`) adds up over its windows, so that a missing or an unfinished one makes it too small. */
export function isAdditive(key: string): boolean {
  const answer = key.slice(key.indexOf('.') + 1)
  return ADDITIVE.has(answer.split(':', 1)[0] as string)
}
