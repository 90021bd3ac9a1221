import { setTimeout as sleep } from 'node:timers/promises'
import { hostname } from 'node:os'
import { wallClock } from '../clock.ts'
import { TidemarkError } from '../errors.ts'
import type { WorkEvent } from '../work/worker.ts'
import { type CommandSpec, isOn, textOf } from './command-spec.ts'
import { withHistory } from './history.ts'
import { grouped } from './table.ts'

const DEFAULT_HEARTBEAT_S = 5

/** The worker: schedules, signals, tiers and alerts in one process. */
export const run: CommandSpec = {
  options: [
    { flags: '--once', text: 'do what is due now, and end; with --now this is always so' },
    { flags: '--heartbeat <seconds>', text: `after two of these without a sign of life another worker takes over (default: ${DEFAULT_HEARTBEAT_S})` },
  ],
  examples: ['tidemark run --once', 'tidemark run --once --dry-run'],
  details: 'Several workers may run at once: each piece of work is done by one of them. Ctrl-C or SIGTERM lets what is under way finish.',
  run: async (invocation, _words, options) => {
    const heartbeatMs = heartbeatOf(textOf(options, 'heartbeat'))
    const once = isOn(options, 'once') || invocation.givenNow !== null
    if (invocation.dryRun) {
      return withHistory(invocation, 'read', async ({ history }) => {
        const due = (await history.work.plan()).due.map(({ job, reason }) => ({ job: job.name, reason }))
        return { document: { due, dryRun: true }, text: due.length === 0 ? 'nothing is due' : due.map(({ job, reason }) => `would run ${job} (${reason})`).join('\n') }
      })
    }
    const { givenNow } = invocation
    return withHistory(invocation, 'write', async ({ history }) => {
      const report = await history.work.run({
        stop: stopSignal(), once, heartbeatMs, holder: `${hostname()}:${process.pid}`,
        wait: (ms, signal) => sleep(ms, undefined, { signal }).catch(() => {}),
        report: (event) => { process.stderr.write(`${lineOf(event)}\n`) },
      })
      const text = `${grouped(report.finished)} done, ${grouped(report.failed)} failed${report.lost === 0 ? '' : `, ${grouped(report.lost)} taken over by others`}`
      if (once && report.failed > 0) throw new TidemarkError('WORK_FAILED', `${grouped(report.failed)} of ${grouped(report.finished + report.failed)} jobs failed`, { where: 'run', why: 'Each says why above.' })
      return { document: report, text }
    }, { thread: 'worker', clock: givenNow === null ? wallClock : () => givenNow })
  },
}

function heartbeatOf(text: string | undefined): number {
  if (text === undefined) return DEFAULT_HEARTBEAT_S * 1000
  const seconds = Number(text)
  if (Number.isFinite(seconds) && seconds >= 0.1 && seconds <= 3600) return Math.round(seconds * 1000)
  throw new TidemarkError('OPTION_INVALID', `--heartbeat is 0.1 to 3600 seconds, not ${JSON.stringify(text)}`, { where: '--heartbeat' })
}

/** The first signal asks to stop; a second one ends the process as it would without us. */
function stopSignal(): AbortSignal {
  const stop = new AbortController()
  const ask = (): void => {
    process.stderr.write('stopping when what is under way is done\n')
    stop.abort()
  }
  process.once('SIGINT', ask)
  process.once('SIGTERM', ask)
  return stop.signal
}

function lineOf(event: WorkEvent): string {
  switch (event.event) {
    case 'started': return `${event.job} started (${event.reason})`
    case 'finished': return `${event.job} done: ${event.summary}`
    case 'failed': return `${event.job} failed: ${event.error}`
    case 'lost': return `${event.job} was taken over by another worker; from then on nothing was committed here`
    case 'waiting': return `${event.error}; trying again`
  }
}
