import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join, relative, resolve } from 'node:path'
import { TidemarkError } from '../errors.ts'
import { type ExportedFile, grafanaFiles } from '../grafana/export.ts'
import { type SourceKind, SOURCES, traitsOf } from '../grafana/source.ts'
import { type CommandGroup, textOf } from './command-spec.ts'

const DEFAULT_FOLDER = 'grafana'

/** Dashboards for Grafana, made from the declarations. */
export const grafana: CommandGroup = {
  commands: {
    export: {
      summary: 'Write a data source and dashboards that Grafana is provisioned with',
      options: [
        { flags: '--out <dir>', text: `the folder to write into (default: ${DEFAULT_FOLDER})` },
        { flags: '--source <source>', text: 'how Grafana reads: the store by the SQLite plugin, or HTTP by Infinity (default: sqlite)', choices: SOURCES },
        { flags: '--url <url>', text: 'where the server answers, for infinity' },
      ],
      examples: ['tidemark grafana export', 'tidemark grafana export --source infinity --url https://history.example.org --out grafana-http --json'],
      details: 'A dashboard a series, from its declaration; of the campaigns template also the twelve answers. Files of an earlier export are overwritten; no secret is in any of them.',
      run: async (invocation, _words, options) => {
        const project = await invocation.project()
        const folder = resolve(invocation.cwd, textOf(options, 'out') ?? DEFAULT_FOLDER)
        const kind = (textOf(options, 'source') ?? 'sqlite') as SourceKind
        const files = grafanaFiles(project.series.map(({ definition }) => definition), { kind, path: project.store.path, url: traitsOf(kind).reads === 'answers' ? urlOf(textOf(options, 'url')) : '' }, folder)
        const changed = await Promise.all(files.map((file) => isNew(folder, file)))
        if (!invocation.dryRun) for (const [index, file] of files.entries()) if (changed[index] === true) await write(folder, file)
        const document = { folder, source: kind, files: files.map(({ path }, index) => ({ path, changed: changed[index] })), ...(invocation.dryRun ? { dryRun: true } : {}) }
        const count = changed.filter((one) => one).length
        return {
          document,
          text: [
            `${invocation.dryRun ? 'would write' : 'wrote'} ${count} of ${files.length} files into ${relative(invocation.cwd, folder) || '.'}; the others are the same`,
            ...files.map(({ path }, index) => `  ${changed[index] === true ? '+' : '='} ${path}`),
          ].join('\n'),
        }
      },
    },
  },
}

function urlOf(text: string | undefined): string {
  if (text === undefined) throw new TidemarkError('ARGUMENT_MISSING', 'Infinity asks a server', { where: '--url', hint: 'Give --url URL, such as https://history.example.org.' })
  const url = URL.parse(text)
  if (url !== null && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '' && url.search === '' && url.hash === '') return url.href.replace(/\/$/, '')
  throw new TidemarkError('OPTION_INVALID', `--url is the address of a server such as https://history.example.org, not ${JSON.stringify(text)}`, { where: '--url' })
}

async function isNew(folder: string, { path, content }: ExportedFile): Promise<boolean> {
  return await readFile(join(folder, path), 'utf8').catch(() => null) !== content
}

async function write(folder: string, { path, content }: ExportedFile): Promise<void> {
  try {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), content)
  } catch (cause) {
    throw new TidemarkError('FOLDER_UNWRITABLE', `${folder} cannot be written: ${(cause as NodeJS.ErrnoException).code ?? String(cause)}`, { where: folder, cause })
  }
}
