import type { Series } from './definitions/series.ts'
import type { Answer } from './panels/answer.ts'
import type { Channel } from './watch/channel.ts'
import type { AlertRule } from './watch/rule.ts'
import type { WorkOptions } from './work/job.ts'

/** A project: where its history lies, and what is measured. Relative paths are taken from the file's own folder. */
export interface Config {
  /** `sqlite:PATH`. */
  readonly store: string
  /** The folder of the Parquet archive. Default: `archive`. */
  readonly archive?: string
  /** Databases that collectors read, by name: `{ app: 'sqlite:app.db' }`. They are never written to. */
  readonly sources?: Readonly<Record<string, string>>
  readonly series: readonly Series[]
  /** Rules that `tidemark alerts check`, and the worker, set the latest values beside. */
  readonly alerts?: readonly AlertRule[]
  /** Where alerts are told. Default: a line on standard error. */
  readonly channels?: readonly Channel[]
  /** Answers of the project: a server gives them at `/v1/answers`, and its dashboard draws them. */
  readonly answers?: readonly Answer[]
  /** How the worker (`tidemark run`) is set up. */
  readonly work?: WorkOptions
}

/** Declares a project; the default export of `tidemark.config.ts`. It only gives the object its type. */
export function defineConfig(config: Config): Config {
  return config
}
