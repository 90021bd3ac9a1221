import { existsSync } from 'node:fs'
import { mkdir, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join, relative } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { Collectors } from '../collectors.ts'
import { monotonicMs } from '../clock.ts'
import { loadProject } from '../config-file.ts'
import type { DemoScene, DemoStage, DemoStory } from '../demo-stage.ts'
import { TidemarkError } from '../errors.ts'
import { withFolder } from '../folder-claim.ts'
import type { OptionValues, Outcome } from './command-spec.ts'
import { type AskedStart, type DemoStart, makeDemoFolder, planDemoFolder } from './demo-folder.ts'
import { servedAfter } from './demo-served.ts'
import { withHistory } from './history.ts'
import type { Invocation } from './invocation.ts'
import { table } from './table.ts'

interface StoryOptions {
  readonly folder: string
  readonly template: string
  /** null: not named. */
  readonly scale: DemoStage['scale'] | null
  readonly seed: number | null
}

/** Makes the project of a template, lets its application live (its `demo.ts` tells how), and shows what can be asked then. */
export async function tellStory(invocation: Invocation, { folder, template, scale, seed }: StoryOptions, options: OptionValues): Promise<Outcome> {
  for (const option of ['file', 'git']) {
    if (options[option] !== undefined) throw new TidemarkError('OPTION_INVALID', `${template} has an application of its own, and reads nothing`, { where: `--${option}`, hint: `Leave out --${option}.` })
  }
  const dayOf = (instant: number): string => new Date(instant).toISOString().slice(0, 10)
  const start: DemoStart = { seed: seed ?? 1, scale: scale ?? 'full', until: dayOf(invocation.now) }
  const asked: AskedStart = { seed, scale, until: invocation.givenNow === null ? null : dayOf(invocation.givenNow) }
  if (invocation.dryRun) return planned(await planDemoFolder(folder, template, start, asked), folder, template)
  const started = monotonicMs()
  const step = (text: string): void => invocation.progress.done(`${((monotonicMs() - started) / 1000).toFixed(1).padStart(5)} s  ${text}`)
  const { made, start: own } = await makeDemoFolder(folder, template, start, asked)
  const { until, ...of } = own as DemoStart
  const story = await withFolder(folder, async () => {
    await linkProgram(folder)
    const project = await loadProject({ cwd: invocation.cwd, config: folder })
    step(made ? `made ${folder}` : `${folder} is there already (seed ${of.seed}, ${of.scale}, up to ${until}): looking what is new`)
    // The configuration has been imported, so that what the story shares with it is there already.
    const { tell } = await import(pathToFileURL(join(folder, 'demo.ts')).href) as { tell(stage: DemoStage): Promise<DemoStory> }
    return tell({
      folder, ...of, now: Date.parse(until),
      // One process, one writer: nothing else is done meanwhile that a thread of its own would keep going. A story is no news:
      // what it opens is told to nobody. Its application's database is read likewise.
      onStage: (clock, work) => withHistory(invocation, 'write', ({ history }) => work(history), { project: { ...project, channels: [], collectors: new Collectors(project.series, project.collectors.sources.inline()) }, thread: 'inline', clockConfirmed: true, clock }),
      progress: (text) => invocation.progress.update(text),
      done: step,
    })
  })
  const seconds = Math.round((monotonicMs() - started) / 100) / 10
  return servedAfter({
    document: {
      folder, made, unchanged: !made && story.unchanged, seconds, ...story.made,
      answers: story.scenes.map(({ title, call, answer }) => ({ title, call, answer })),
    },
    text: [
      ...story.summary, '',
      ...story.scenes.flatMap(({ title, call, lines }) => [invocation.style.bold(title), invocation.style.dim(`$ ${call}`), linesText(lines), '']),
      invocation.style.bold('Next'), `  cd ${shownPath(invocation.cwd, folder)}`, ...story.next.map((call) => `  ${call}`),
    ].join('\n'),
  }, invocation, { folder, end: (story.end as number | undefined) ?? invocation.givenNow }, options)
}

/** What `--dry-run` prints. */
function planned({ made, start, files }: Awaited<ReturnType<typeof planDemoFolder>>, folder: string, template: string): Outcome {
  const { seed, scale, until } = start as DemoStart
  return {
    document: { folder, template, made, seed, scale, until, files, dryRun: true },
    text: `${made ? `would make ${folder} (${files.length} files)` : `would go on in ${folder}`}, and let its application (seed ${seed}, ${scale}) live up to ${until}`,
  }
}

/** Lines of one table on the screen; the call shows all of them. */
const MOST_LINES = 15

function linesText([titles = [], ...rows]: DemoScene['lines']): string {
  const shown = rows.slice(-MOST_LINES)
  const columns = titles.map((title, place) => ({
    title: String(title), align: shown.every((row) => row[place] === null || /^-?[\d.]+$/.test(String(row[place]))) ? 'right' as const : 'left' as const,
  }))
  const left = rows.length - shown.length
  return `${left > 0 ? `(${left} earlier rows left out)\n` : ''}${table(columns, shown.map((row) => row.map((cell) => (cell === null ? '–' : String(cell)))))}`
}

function shownPath(cwd: string, folder: string): string {
  const below = relative(cwd, folder)
  return below.startsWith('..') ? folder : below
}

/** The template's own scripts import the program by name; where nothing is installed, they are given the one that runs. */
async function linkProgram(folder: string): Promise<void> {
  try {
    createRequire(join(folder, 'package.json')).resolve('tidemark/package.json')
  } catch {
    const own = fileURLToPath(new URL('../..', import.meta.url))
    if (!existsSync(join(own, 'package.json'))) return
    await mkdir(join(folder, 'node_modules'), { recursive: true })
    await symlink(own, join(folder, 'node_modules', 'tidemark'), 'junction').catch(() => undefined)
  }
}
