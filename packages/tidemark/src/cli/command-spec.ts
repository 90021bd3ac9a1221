import type { Invocation } from './invocation.ts'

/** What a command has to say. It is written only when the command is done: a call that fails as a whole writes nothing. */
export interface Outcome {
  /** What `--json` prints. */
  readonly document: unknown
  /** What people read. */
  readonly text: string
  /** 3: a check found something. Default 0. */
  readonly exit?: 0 | 3
  /** What is still done once that is written: a demo that serves what it made. */
  readonly afterwards?: () => Promise<void>
}

/** The value of an option: text, a switch, or every text a repeatable one was given. */
export type OptionValues = Readonly<Record<string, string | boolean | readonly string[] | undefined>>

export interface OptionSpec {
  /** As commander reads it: `--grain <grain>`. */
  readonly flags: string
  readonly text: string
  /** May be given several times. */
  readonly repeatable?: boolean
  /** The only values it takes. */
  readonly choices?: readonly string[]
}

/** One command as data: its help, its examples and what it does stand in one place. */
export interface CommandSpec {
  /** As commander reads it: `<series>`, `[template]`. */
  readonly arguments?: readonly { readonly name: string; readonly text: string }[]
  readonly options?: readonly OptionSpec[]
  /** Shown in help; a test runs each of them in a project of the contributions template. */
  readonly examples: readonly string[]
  /** Paragraphs of help after the options. */
  readonly details?: string
  run(invocation: Invocation, words: readonly string[], options: OptionValues): Promise<Outcome>
}

/** Several commands under one word: `tiers plan`, `tiers run`. */
export interface CommandGroup {
  readonly commands: Readonly<Record<string, CommandSpec & { readonly summary: string }>>
}

export function textOf(options: OptionValues, name: string): string | undefined {
  const value = options[name]
  return typeof value === 'string' ? value : undefined
}

export function listOf(options: OptionValues, name: string): readonly string[] {
  const value = options[name]
  if (Array.isArray(value)) return value as readonly string[]
  return typeof value === 'string' ? [value] : []
}

export function isOn(options: OptionValues, name: string): boolean {
  return options[name] === true
}
