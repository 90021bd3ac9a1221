import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/**
 * `npm run demo -- ARGS`: the demo of a template, of contributions on real commits. Of the data folder (`TIDEMARK_DATA`, or `../shared/data` beside the
 * repository) where it is there, else of this repository's own history; what ARGS say goes first.
 */
const root = dirname(dirname(fileURLToPath(import.meta.url)))
const args = process.argv.slice(2)
const says = (flag: string): boolean => args.some((word) => word === flag || word.startsWith(`${flag}=`))

/** Values of options are no template. */
const template = args.find((word, place) => !word.startsWith('-') && !['--dir', '--scale', '--seed', '--now', '--file', '--git', '--config', '--store'].includes(args[place - 1] ?? ''))

function source(): readonly string[] {
  if (template !== undefined && template !== 'contributions') return []
  if (says('--git') || says('--file') || says('--seed') || says('--help')) return []
  const file = join(process.env['TIDEMARK_DATA'] ?? join(root, '..', 'shared', 'data'), 'contributions.csv.gz')
  return existsSync(file) ? ['--file', file] : ['--git', root]
}

// Ctrl-C is for the program, which serves in the end: it lets what is under way finish.
process.on('SIGINT', () => {})
const { status, signal } = spawnSync(process.execPath, [join(root, 'packages', 'tidemark', 'bin', 'tidemark.js'), 'demo', ...args, ...source()], { stdio: 'inherit' })
process.exitCode = signal === null ? status ?? 1 : 1
