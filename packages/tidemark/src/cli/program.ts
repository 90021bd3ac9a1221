import { Command, CommanderError, Option } from 'commander'
import type { ErrorCode } from '../error-catalogue.ts'
import { TidemarkError } from '../errors.ts'
import { nearest } from '../nearest.ts'
import type { CommandGroup, CommandSpec, OptionSpec, OptionValues, Outcome } from './command-spec.ts'
import { COMMANDS } from './commands.ts'
import { GLOBAL_OPTIONS, Invocation } from './invocation.ts'
import { PROGRAM_VERSION } from '../program.ts'

/** What a call came to: the outcome of a command, or a text that was asked for (`--help`, `--version`). */
export type Answer = { readonly kind: 'outcome'; readonly outcome: Outcome; readonly invocation: Invocation } | { readonly kind: 'text'; readonly name: 'help' | 'version'; readonly text: string }

/** Reads the words of a call and carries it out. Throws TidemarkErrors of exit code 2 for words that are wrong. */
export async function runProgram(argv: readonly string[]): Promise<Answer> {
  let shown = ''
  let outcome: Answer | undefined
  const program = prepared(new Command('tidemark'))
    .description('The history layer for metrics: declared, captured exactly once, kept through tiers, answered with coverage.')
    .version(PROGRAM_VERSION, '--version', 'print the version')
    .configureOutput({ writeOut: (text) => { shown += text }, writeErr: () => {} })
    .addHelpText('after', '\nStart with: tidemark demo')
  for (const option of GLOBAL_OPTIONS) program.addOption(optionOf(option))
  const run = async (spec: CommandSpec, command: Command, words: readonly string[]): Promise<void> => {
    const options = command.optsWithGlobals() as OptionValues
    refuseEmpty(options, words, command)
    const invocation = new Invocation(options)
    try {
      outcome = { kind: 'outcome', outcome: await spec.run(invocation, words, options), invocation }
    } finally {
      invocation.progress.clear()
    }
  }
  const called = calledCommand(argv)
  for (const [name, entry] of Object.entries(COMMANDS)) {
    const command = prepared(program.command(name)).description(entry.summary)
    if (called.includes(name)) describe(command, await entry.load(), run)
  }
  try {
    await program.parseAsync(argv, { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    if (error.code === 'commander.version') return { kind: 'text', name: 'version', text: shown.trim() }
    return { kind: 'text', name: 'help', text: shown }
  }
  if (outcome === undefined) throw new TidemarkError('ARGUMENT_MISSING', 'no command is given', { hint: 'See tidemark --help, or start with tidemark demo.' })
  return outcome
}

/** The words that could be the command (two, for `help query`); options of every command are known, so values are not taken for words. */
function calledCommand(argv: readonly string[]): readonly string[] {
  const withValue = new Set(GLOBAL_OPTIONS.filter((option) => option.flags.includes('<')).map((option) => option.flags.split(' ', 1)[0]))
  const words: string[] = []
  for (let at = 0; at < argv.length && words.length < 2; at++) {
    const word = argv[at] as string
    if (word.startsWith('-')) {
      if (withValue.has(word)) at++
    } else {
      words.push(word)
    }
  }
  return words[0] === 'help' ? words : words.slice(0, 1)
}

/** What every command has in common: how it shows help, and that a wrong word is an error of ours. */
function prepared(command: Command): Command {
  command.exitOverride((error) => { throw translated(error, command) })
  return command
    .helpOption('--help', 'show this help')
    .configureHelp({ showGlobalOptions: true })
    .allowExcessArguments(false)
    .showSuggestionAfterError(false)
}

function describe(command: Command, spec: CommandSpec | CommandGroup, run: (spec: CommandSpec, command: Command, words: readonly string[]) => Promise<void>): void {
  if ('commands' in spec) {
    for (const [name, inner] of Object.entries(spec.commands)) describe(prepared(command.command(name)).description(inner.summary), inner, run)
    command.addHelpText('after', examplesText(Object.values(spec.commands).flatMap((inner) => inner.examples)))
    command.allowExcessArguments(true).action(() => { throw missingSubcommand(command) })
    return
  }
  for (const argument of spec.arguments ?? []) command.argument(argument.name, argument.text)
  for (const option of spec.options ?? []) command.addOption(optionOf(option))
  command.addHelpText('after', examplesText(spec.examples) + (spec.details === undefined ? '' : `\n${spec.details}`))
  // The action's arguments are the words, the options and the command itself; a variadic word is a list.
  command.action((...given: unknown[]) => run(spec, command, given.slice(0, -2).flat().filter((word): word is string => typeof word === 'string')))
}

/** An empty word is most often a variable of the shell that was not set. Throws OPTION_INVALID. */
function refuseEmpty(options: OptionValues, words: readonly string[], command: Command): void {
  if (words.includes('')) throw new TidemarkError('OPTION_INVALID', `${pathOf(command)} was given an empty word`, { where: pathOf(command) })
  const flags = new Map([...command.options, ...command.parent?.options ?? [], ...command.parent?.parent?.options ?? []].map((option) => [option.attributeName(), option.long ?? option.flags]))
  for (const [name, value] of Object.entries(options)) {
    if (value !== '' && !(Array.isArray(value) && value.includes(''))) continue
    const flag = flags.get(name) ?? name
    throw new TidemarkError('OPTION_INVALID', `${flag} is empty`, { where: flag })
  }
}

function optionOf(spec: OptionSpec): Option {
  const option = new Option(spec.flags, spec.text)
  if (spec.choices !== undefined) option.choices(spec.choices)
  if (spec.repeatable === true) {
    option.argParser((value: string, before: readonly string[] | undefined) => [...(before ?? []), value])
  }
  return option
}

function examplesText(examples: readonly string[]): string {
  return `\nExamples:\n${examples.map((example) => `  ${example}`).join('\n')}`
}

function missingSubcommand(command: Command): TidemarkError {
  const known = command.commands.map((inner) => inner.name())
  const [word] = command.args
  if (word !== undefined) return new TidemarkError('COMMAND_UNKNOWN', `${command.name()} has no command ${JSON.stringify(word)}`, { where: word, hint: nearest(word, known) })
  return new TidemarkError('ARGUMENT_MISSING', `${command.name()} needs to be told what to do`, { where: `tidemark ${command.name()}`, hint: `One of: ${known.join(', ')}.` })
}

/** Commander's complaints in our own terms: a code, the word at fault, and the nearest word that would have been right. */
function translated(error: CommanderError, command: Command): Error {
  const path = pathOf(command)
  const help = `See ${path} --help.`
  const usage = (code: ErrorCode, message: string, where: string, hint = help): TidemarkError => new TidemarkError(code, message, { where, hint })
  const word = /'([^']*)'/.exec(error.message)?.[1] ?? ''
  const said = error.message.replace(/^error: /, '')
  switch (error.code) {
    case 'commander.unknownOption': {
      const known = optionNames(command)
      return usage('OPTION_UNKNOWN', `${path} has no option ${word}`, word, `${nearest(word, known)} ${help}`)
    }
    case 'commander.unknownCommand':
      return usage('COMMAND_UNKNOWN', `there is no command ${JSON.stringify(word)}`, word, nearest(word, command.commands.map((inner) => inner.name()).filter((name) => name !== 'help')))
    case 'commander.missingArgument': return usage('ARGUMENT_MISSING', `${path} needs <${word}>`, path)
    case 'commander.excessArguments': return usage('ARGUMENT_EXCESS', `${path} was given too many words: ${command.args.join(' ')}`, path)
    case 'commander.optionMissingArgument': return usage('OPTION_INVALID', `the option ${word} needs a value`, word.split(' ', 1)[0] as string)
    case 'commander.invalidArgument': return usage('OPTION_INVALID', said, word.split(' ', 1)[0] as string)
    case 'commander.help':
      // Shown unasked, because there was no command; asked for, its exit code is 0.
      return error.exitCode === 0 ? error : usage('ARGUMENT_MISSING', 'no command is given', path, 'See tidemark --help, or start with tidemark demo.')
    default: return error
  }
}

function pathOf(command: Command): string {
  return command.parent === null ? command.name() : `${pathOf(command.parent)} ${command.name()}`
}

function optionNames(command: Command): readonly string[] {
  const own = command.options.map((option) => option.long ?? option.short ?? '')
  return command.parent === null ? [...own, '--help'] : [...own, ...optionNames(command.parent)]
}
