// Times contenders in turn (A B A B), so that whatever else the machine does falls on all of them.
import { median, round } from './spike/workload.ts'

export { median, round }

export const log = (text: string): void => { process.stderr.write(`${text}\n`) }

export type Work = () => unknown

export async function timed(work: Work): Promise<{ ms: number; cpuMs: number; value: unknown }> {
  const cpu = process.cpuUsage()
  const started = performance.now()
  const value = await work()
  const ms = performance.now() - started
  const { user, system } = process.cpuUsage(cpu)
  return { ms, cpuMs: (user + system) / 1000, value }
}

/** `cpuMs` is of this process, all threads: what a busy machine leaves alone. A server's is not in it. */
export interface Taken { readonly ms: number; readonly cpuMs: number }

/** The medians of each contender. `check` sees what the first, unmeasured round answered. */
export async function beside<Name extends string>(
  times: number, contenders: Readonly<Record<Name, Work>>, check: (answers: Readonly<Record<Name, unknown>>) => void,
): Promise<Record<Name, Taken>> {
  const names = Object.keys(contenders) as Name[]
  const answers = {} as Record<Name, unknown>
  for (const name of names) answers[name] = await contenders[name]()
  check(answers)
  const taken = Object.fromEntries(names.map((name) => [name, [] as Taken[]])) as Record<Name, Taken[]>
  for (let n = 0; n < times; n++) {
    for (const name of names) {
      const { ms, cpuMs } = await timed(contenders[name])
      taken[name].push({ ms, cpuMs })
    }
  }
  return Object.fromEntries(names.map((name) => [name, medianTaken(taken[name])])) as Record<Name, Taken>
}

export function medianTaken(taken: readonly Taken[]): Taken {
  return { ms: median(taken.map((one) => one.ms)), cpuMs: median(taken.map((one) => one.cpuMs)) }
}

export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] as number
}

export function mustAgree(what: string, answers: Readonly<Record<string, unknown>>): void {
  const [first, ...rest] = Object.entries(answers).map(([name, answer]) => ({ name, text: JSON.stringify(answer) }))
  for (const other of rest) {
    if (first !== undefined && other.text !== first.text) throw new Error(`${what}: ${first.name} answers ${first.text.slice(0, 300)}, ${other.name} ${other.text.slice(0, 300)}`)
  }
}
