import type { Series } from './definitions/series.ts'

/** A project: where its history lies, and what is measured. Relative paths are taken from the file's own folder. */
export interface Config {
  /** `sqlite:PATH`. */
  readonly store: string
  /** The folder of the Parquet archive. Default: `archive`. */
  readonly archive?: string
  readonly series: readonly Series[]
}

/** Declares a project; the default export of `tidemark.config.ts`. It only gives the object its type. */
export function defineConfig(config: Config): Config {
  return config
}
