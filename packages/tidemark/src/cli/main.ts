import { Console } from 'node:console'
import { asTidemarkError, printFault } from './fault.ts'
import { runProgram } from './program.ts'
import { TidemarkError } from '../errors.ts'

/**
 * The edge of the process: the only place that writes to standard output, and that ends the process.
 * Standard output is written once, when the call has succeeded.
 */
export async function main(argv: readonly string[]): Promise<void> {
  const json = argv.includes('--json')
  const fail = (thrown: unknown): void => {
    const error = asTidemarkError(thrown)
    if (process.env['TIDEMARK_DEBUG'] === '1' && error.cause instanceof Error) process.stderr.write(`${error.cause.stack}\n`)
    process.stderr.write(printFault(error, json), () => process.exit(error.exitCode))
  }
  // What a configuration prints while it is read is not an answer.
  globalThis.console = new Console(process.stderr, process.stderr)
  process.stderr.on('error', () => {})
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    // The reader has read enough (`| head`): nothing is wrong.
    if (error.code === 'EPIPE') process.exit(0)
    fail(new TidemarkError('OUTPUT_FAILED', `standard output: ${error.message}`, { cause: error }))
  })
  process.on('uncaughtException', fail)
  process.on('unhandledRejection', fail)
  process.once('beforeExit', () => fail(new TidemarkError('UNEXPECTED', 'the command stopped before it was done', {
    why: 'Something it waited for will never come: an await in the configuration that never settles, for instance.',
  })))
  try {
    const answer = await runProgram(argv)
    if (answer.kind === 'text') {
      await print(json ? `${JSON.stringify({ [answer.name]: answer.text })}\n` : `${answer.text.trimEnd()}\n`)
      process.exit(0)
    }
    const { outcome } = answer
    await print(json ? `${JSON.stringify(outcome.document)}\n` : `${outcome.text}\n`)
    await outcome.afterwards?.()
    process.exit(outcome.exit ?? 0)
  } catch (thrown) {
    fail(thrown)
  }
}

/** Resolves when the text has left the process; a failed write is dealt with by the stream's `error` listener. */
function print(text: string): Promise<void> {
  return new Promise((resolve) => process.stdout.write(text, (error) => { if (!error) resolve() }))
}
