import { basename, relative, resolve } from 'node:path'
import { monotonicMs } from '../clock.ts'
import { loadProject } from '../config-file.ts'
import { TidemarkError } from '../errors.ts'
import { withFolder } from '../folder-claim.ts'
import { ingestRows, type EventReport } from '../intake.ts'
import { boundedMemory } from './bounded-memory.ts'
import { textOf, type CommandSpec, type OptionValues, type Outcome } from './command-spec.ts'
import { demoAnswers } from './demo-answers.ts'
import { servedAfter } from './demo-served.ts'
import { makeDemoFolder, planDemoFolder } from './demo-folder.ts'
import { withHistory, type Opened } from './history.ts'
import type { Invocation } from './invocation.ts'
import { grouped } from './table.ts'
import { DEFAULT_TEMPLATE, TEMPLATES } from './templates.ts'
import { runText, stepText } from './tiers.ts'

const FULL = 41_036
const SMALL = 4_000

export const demo: CommandSpec = {
  arguments: [{ name: '[template]', text: `what to show: ${TEMPLATES.join(', ')} (default: ${DEFAULT_TEMPLATE})` }],
  options: [
    { flags: '--dir <folder>', text: 'where to make the project (default: tidemark-demo)' },
    { flags: '--file <csv>', text: 'commits from a file: client_id, contributor_id, authored_at, committed_at, kind, commit_id' },
    { flags: '--git <path>', text: 'commits from the history of a git repository' },
    { flags: '--scale <scale>', text: `small: the first ${grouped(SMALL)} events, or a short story; full: all (default: full)`, choices: ['small', 'full'] },
    { flags: '--seed <number>', text: 'for what is made up: campaigns, and commits where neither a file nor a repository is given (default: 1)' },
    { flags: '--serve', text: 'serve it afterwards, also where nobody is at a terminal, or CI is set' },
    { flags: '--no-serve', text: 'only show the answers' },
  ],
  examples: [
    'tidemark demo --scale small',
    'tidemark demo --file commits.csv --dir tidemark-demo-file',
    'tidemark demo --scale small --seed 7 --dir tidemark-demo-7 --no-serve --json',
  ],
  details: 'Makes a folder of its own and fills it; run again in the same folder, it shows what is unchanged. `tidemark demo campaigns` makes an application too, and lets it live through three years. In the end it serves what it made, on the clock of its story, and prints a link; Ctrl-C ends it.',
  run: async (invocation, [template], options) => {
    const folder = resolve(invocation.cwd, textOf(options, 'dir') ?? 'tidemark-demo')
    for (const option of ['config', 'store']) {
      if (options[option] !== undefined) throw new TidemarkError('OPTION_INVALID', 'the demo makes a project of its own, with a store of its own', { where: `--${option}`, hint: `Leave out --${option}; --dir names the folder.` })
    }
    if ((template ?? DEFAULT_TEMPLATE) !== DEFAULT_TEMPLATE) {
      const { tellStory } = await import('./demo-story.ts')
      return tellStory(invocation, { folder, template: template as string, scale: (textOf(options, 'scale') ?? null) as 'small' | 'full' | null, seed: options['seed'] === undefined ? null : seedOf(options) }, options)
    }
    const source = sourceOf(options)
    if (invocation.dryRun) return planned(await planDemoFolder(folder, template ?? DEFAULT_TEMPLATE, null, null), folder, source)
    const started = monotonicMs()
    const { made } = await makeDemoFolder(folder, template ?? DEFAULT_TEMPLATE)
    const outcome = await withFolder(folder, () => shown(invocation, folder, made, source, started))
    return servedAfter(outcome, invocation, { folder, end: invocation.givenNow }, options)
  },
}

/** What `--dry-run` prints. */
function planned({ made, files }: Awaited<ReturnType<typeof planDemoFolder>>, folder: string, source: Source): Outcome {
  const most = source.most === Infinity ? 'all' : `up to ${grouped(source.most)}`
  return {
    document: { folder, template: DEFAULT_TEMPLATE, made, files, source: sourceName(source), dryRun: true },
    text: `${made ? `would make ${folder} (${files.join(', ')})` : `would go on in ${folder}`}, and fill it with ${most} commits of ${sourceName(source)}`,
  }
}

/** Fills the folder, and shows what can be asked of it then. */
async function shown(invocation: Invocation, folder: string, made: boolean, source: Source, started: number): Promise<Outcome> {
  const project = await loadProject({ cwd: invocation.cwd, config: folder })
  step(invocation, started, made ? `made ${folder}` : `${folder} is there already: looking what is new`)
  // Whoever asks for a demo means now, however long ago it was last shown.
  return withHistory(invocation, 'write', async (opened) => {
    const steps = await fill(invocation, opened, source, started)
    const [series] = project.series
    if (series === undefined) throw new TidemarkError('CONFIG_INVALID', 'the demo declares no series')
    const answers = await demoAnswers(opened.history, series, invocation.now)
    const unchanged = !made && steps.ingest.accepted === 0 && steps.capture.covered === 0 && steps.tiers.rolledUp + steps.tiers.archived === 0
    return {
      document: { folder, made, unchanged, ...steps, answers: answers.map(({ title, call, document }) => ({ title, call, answer: document })) },
      text: [
        ...(unchanged ? ['Nothing is new: every event was known, every day closed, every row in its tier.', ''] : []),
        ...answers.flatMap(({ title, call, text }) => [invocation.style.bold(title), invocation.style.dim(`$ tidemark ${call}`), text, '']),
        ...nextWords(invocation, folder, answers[0]?.call ?? 'tiers status'),
      ].join('\n'),
    }
  }, { project, thread: 'worker', clockConfirmed: true })
}

type Source =
  | { readonly kind: 'file'; readonly path: string; readonly most: number }
  | { readonly kind: 'git'; readonly path: string; readonly most: number }
  | { readonly kind: 'made-up'; readonly seed: number; readonly most: number }

function sourceOf(options: OptionValues): Source {
  const file = textOf(options, 'file')
  const git = textOf(options, 'git')
  const small = textOf(options, 'scale') === 'small'
  if (file !== undefined && git !== undefined) throw new TidemarkError('OPTION_INVALID', 'both a file and a repository are given', { where: '--git', hint: 'Give --file or --git.' })
  if (file !== undefined) return { kind: 'file', path: file, most: small ? SMALL : Infinity }
  if (git !== undefined) return { kind: 'git', path: git, most: small ? SMALL : Infinity }
  return { kind: 'made-up', seed: seedOf(options), most: small ? SMALL : FULL }
}

function seedOf(options: OptionValues): number {
  const seed = textOf(options, 'seed') ?? '1'
  if (!/^\d{1,6}$/.test(seed)) throw new TidemarkError('OPTION_INVALID', `--seed is a whole number up to 999999, not ${JSON.stringify(seed)}`, { where: '--seed' })
  return Number(seed)
}

/** Ingest, capture, tiers: each says what it did as soon as it has. The store itself was made when it was opened. */
async function fill(invocation: Invocation, { history, store, project }: Opened, source: Source, started: number) {
  const { progress } = invocation
  const [stream] = project.declared.streams
  const [series] = project.declared.series
  if (stream === undefined || series === undefined) throw new TidemarkError('CONFIG_INVALID', 'the demo declares no series')
  const { version } = await history.migrate.status()
  step(invocation, started, `the store holds what is declared (version ${version})`)
  const bound = boundedMemory()
  const shown = (events: number): void => {
    bound()
    progress.update(`reading commits: ${grouped(events)}`)
  }
  const ingest: EventReport = source.kind === 'file' && source.most === Infinity
    ? await history.ingestFile(stream.name, resolve(invocation.cwd, source.path), { progress: shown })
    : await ingestRows(store, stream, await commitsOf(source, invocation.cwd), { now: invocation.now, source: sourceName(source), progress: shown })
  step(invocation, started, `${sourceName(source)}: ${grouped(ingest.accepted)} commits accepted, ${grouped(ingest.duplicate)} known already, ${grouped(ingest.rejected)} in quarantine`)
  const capture = await history.capture(series.name)
  step(invocation, started, `every closed day is covered: ${grouped(capture.covered)} contributors have new ones`)
  const tiers = await history.tiers.run(series.name, { progress: (done) => progress.update(stepText(done)) })
  step(invocation, started, `tiers: ${runText(tiers)}, each step proven`)
  const { rolledUp, retired, archived, held, refused } = tiers
  return { ingest, capture, tiers: { rolledUp, retired, archived, held, refused } }
}

function sourceName(source: Source): string {
  return source.kind === 'made-up' ? `made-up commits (seed ${source.seed})` : basename(resolve(source.path))
}

async function commitsOf(source: Source, cwd: string): Promise<Iterable<unknown> | AsyncIterable<unknown>> {
  switch (source.kind) {
    case 'made-up': return (await import('./made-up-commits.ts')).madeUpCommits({ seed: source.seed, count: source.most })
    case 'git': return firstOf((await import('./git-log.ts')).gitCommits(resolve(cwd, source.path)), source.most)
    case 'file': return (await (await import('./records.ts')).readRecords(resolve(cwd, source.path))).slice(0, source.most)
  }
}

async function* firstOf<T>(rows: AsyncIterable<T>, most: number): AsyncGenerator<T> {
  let count = 0
  for await (const row of rows) {
    if (++count > most) return
    yield row
  }
}

function step(invocation: Invocation, started: number, text: string): void {
  invocation.progress.done(`${((monotonicMs() - started) / 1000).toFixed(1).padStart(5)} s  ${text}`)
}

/** What to type next, as it works from where the caller is. */
function nextWords({ cwd, style }: Invocation, folder: string, call: string): readonly string[] {
  const below = relative(cwd, folder)
  const shown = below.startsWith('..') ? folder : below
  // Started by npm, the program is in node_modules, where only npx finds it.
  const program = process.env['npm_command'] === undefined ? 'tidemark' : 'npx tidemark'
  return [style.bold('Next'), `  cd ${shown}`, `  ${program} ${call}`, `  ${program} query --help`, `  ${program} doctor`]
}
