import { wallClock, type Clock } from '../clock.ts'
import type { Project } from '../config-file.ts'
import { TidemarkError } from '../errors.ts'
import { parseInstant } from '../calendar/instant.ts'
import { Progress } from './progress.ts'
import { listOf, textOf, isOn, type OptionValues } from './command-spec.ts'
import type { OptionSpec } from './command-spec.ts'
import { Style } from './style.ts'

/** The options that every command takes. */
export const GLOBAL_OPTIONS: readonly OptionSpec[] = [
  { flags: '--json', text: 'print one JSON document, and errors as JSON' },
  { flags: '--config <path>', text: 'the configuration file, or the folder it is in (default: searched upwards)' },
  { flags: '--store <url>', text: 'another store than the configured one: sqlite:PATH' },
  { flags: '--now <instant>', text: 'act as if it were then, and confirm the clock: 2026-01-31T12:00:00Z' },
  { flags: '--token <token>', text: 'act as the holder of this token (default: TIDEMARK_TOKEN, which others on the machine cannot read)' },
  { flags: '--dry-run', text: 'show what would be done, and do nothing' },
  { flags: '--yes', text: 'answer yes to every question' },
  { flags: '--accept-data-loss <name>', text: 'accept that the history of this name is lost', repeatable: true },
  { flags: '--plain', text: 'no colours and no moving lines' },
]

/** One call of the command line: what was said beside the command's own words. */
export class Invocation {
  readonly json: boolean
  readonly dryRun: boolean
  readonly yes: boolean
  readonly acceptDataLoss: readonly string[]
  /** null: whoever calls holds the file. */
  readonly token: string | null
  /** The instant given by `--now`; null when the wall clock is meant. */
  readonly givenNow: number | null
  readonly clock: Clock
  readonly cwd: string
  readonly progress: Progress
  readonly style: Style
  readonly #config: string | undefined
  readonly #store: string | undefined

  constructor(options: OptionValues) {
    this.json = isOn(options, 'json')
    this.dryRun = isOn(options, 'dryRun')
    this.yes = isOn(options, 'yes')
    this.acceptDataLoss = listOf(options, 'acceptDataLoss')
    // An empty variable is none.
    this.token = textOf(options, 'token') ?? (process.env['TIDEMARK_TOKEN'] || null)
    this.#config = textOf(options, 'config')
    this.#store = textOf(options, 'store')
    this.cwd = process.cwd()
    const now = textOf(options, 'now')
    this.givenNow = now === undefined ? null : readInstant(now, '--now')
    // One call has one now: what it does in its first second and in its last agrees about what day it is.
    const instant = this.givenNow ?? wallClock()
    this.clock = () => instant
    const plain = isOn(options, 'plain')
    this.progress = new Progress(process.stderr, { moving: process.stderr.isTTY === true && !plain })
    this.style = new Style(process.stdout.isTTY === true && !plain && !this.json && (process.env.NO_COLOR ?? '') === '')
  }

  get now(): number {
    return this.clock()
  }

  /** Reads the project's configuration. */
  async project(): Promise<Project> {
    const { loadProject } = await import('../config-file.ts')
    return loadProject({
      cwd: this.cwd,
      ...(this.#config === undefined ? {} : { config: this.#config }),
      ...(this.#store === undefined ? {} : { store: this.#store }),
    })
  }
}

/** Throws INSTANT_INVALID, naming the option. */
export function readInstant(text: string, where: string): number {
  const parsed = parseInstant(text)
  if ('instant' in parsed) return parsed.instant
  throw new TidemarkError('INSTANT_INVALID', parsed.reason, { where })
}
