// node answers.ts NAME --company ID [--campaign NAME|ID] [--from DAY] [--to DAY] [--grain G] [--horizon N] [--most N] [--now INSTANT]
// One of the sixteen answers as JSON. Wrong words end with exit code 2, and a code that says what is wrong.
import { existsSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { open, TidemarkError } from 'tidemark'
import { MENU } from './answers/menu.ts'
import { OPTIONS, readSaid } from './answers/said.ts'
import { wordsOf } from './answers/words.ts'
import config from './tidemark.config.ts'

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

async function answered(args: readonly string[]): Promise<unknown> {
  const { values, positionals: [name, ...rest] } = parseArgs({ args: [...args], allowPositionals: true, options: OPTIONS })
  const names = Object.keys(MENU).join(', ')
  const dish = name !== undefined && Object.hasOwn(MENU, name) ? MENU[name] : undefined
  if (dish === undefined) {
    throw new TidemarkError(name === undefined ? 'ARGUMENT_MISSING' : 'COMMAND_UNKNOWN', name === undefined ? 'no answer is named' : `there is no answer ${JSON.stringify(name)}`, {
      where: 'node answers.ts', why: 'The answers have names.', hint: `One of: ${names}.`,
    })
  }
  if (rest.length > 0) throw new TidemarkError('ARGUMENT_EXCESS', `one answer is named at a time, and there is also ${rest.join(' ')}`, { where: 'node answers.ts', hint: 'Put what belongs to an option in quotes.' })
  const { now: given, ...said } = readSaid(values)
  dish.check(said)
  if (!existsSync(at('app.db'))) throw new TidemarkError('SOURCE_FAILED', 'the application has no database yet', { where: 'app.db', hint: 'Make it with node advance.ts.' })
  const app = new DatabaseSync(at('app.db'), { readOnly: true })
  try {
    // The application lives on a clock of its own: what it has not lived yet has not happened.
    const now = given ?? Number(app.prepare('SELECT lived_to FROM world').get()?.['lived_to'])
    const tm = await open({ ...config, store: `sqlite:${at('history.db')}`, archive: at('archive'), sources: { app: `sqlite:${at('app.db')}` }, now: () => now })
    try {
      return (await dish.ask(tm, wordsOf(app, now, said))).answer
    } finally {
      await tm.close()
    }
  } finally {
    app.close()
  }
}

try {
  process.stdout.write(`${JSON.stringify(await answered(process.argv.slice(2)), null, 2)}\n`)
} catch (thrown) {
  // An unknown option, or one without its value, is told by Node.
  const wrongWord = thrown instanceof TypeError && String((thrown as NodeJS.ErrnoException).code).startsWith('ERR_PARSE_ARGS')
  const error = wrongWord ? new TidemarkError('OPTION_UNKNOWN', thrown.message, { where: 'node answers.ts', hint: `Options: ${Object.keys(OPTIONS).map((name) => `--${name}`).join(', ')}.` }) : thrown
  if (!(error instanceof TidemarkError)) throw error
  const { code, message, where, why, hint } = error.toDocument()
  process.stderr.write(`error ${code}: ${message}\n${where === null ? '' : `  where ${where}\n`}  why   ${why}\n  mend  ${hint}\n`)
  process.exitCode = error.exitCode
}
