import { readFile, stat } from 'node:fs/promises'
import { registerHooks } from 'node:module'
import { dirname, isAbsolute, join, relative, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { Collectors } from './collectors.ts'
import type { Config } from './config.ts'
import { Declared } from './declared.ts'
import { checkOptions } from './definitions/options.ts'
import type { Series } from './definitions/series.ts'
import { CATALOGUE, type ErrorCode } from './error-catalogue.ts'
import { TidemarkError } from './errors.ts'
import { type Answer, checkAnswers } from './panels/answer.ts'
import { type Channel, checkChannels } from './watch/channel.ts'
import { type AlertRule, checkRules } from './watch/rule.ts'
import { jobsOf, type WorkOptions } from './work/job.ts'
import { parseSourceUrl } from './sources/source-url.ts'
import { Sources } from './sources/sources.ts'
import { parseStoreUrl, type StoreLocation } from './store-url.ts'

/** A project as it was found on disk; every path in it is absolute. */
export interface Project {
  /** The configuration file. */
  readonly file: string
  readonly folder: string
  readonly store: StoreLocation
  readonly archive: string
  readonly declared: Declared
  readonly collectors: Collectors
  readonly work: WorkOptions
  readonly alerts: readonly AlertRule[]
  readonly channels: readonly Channel[] | null
  readonly answers: readonly Answer[]
  /** The declarations as the configuration made them. */
  readonly series: readonly Series[]
}

export interface ProjectOptions {
  readonly cwd: string
  /** A configuration file, or a folder with one. Left out: searched from `cwd` upwards. */
  readonly config?: string
  /** A store in place of the configured one; relative to `cwd`. */
  readonly store?: string
}

export const CONFIG_NAMES = ['tidemark.config.ts', 'tidemark.config.mts', 'tidemark.config.js', 'tidemark.config.mjs'] as const

/** A declaration that is refused inside a configuration: the same code, but the words of the call were not at fault. */
class ConfigFault extends TidemarkError {
  override get exitCode(): 1 {
    return 1
  }
}

/** Finds, reads and checks a project. Throws CONFIG_* or the code of a refused declaration, naming file and line. */
export async function loadProject(options: ProjectOptions): Promise<Project> {
  const file = options.config === undefined ? await searchUpwards(options.cwd) : await named(resolve(options.cwd, options.config), options.cwd)
  const shown = shownPath(file, options.cwd)
  const source = await sourceOf(file, shown)
  const config = checked(await importConfig(file, source, options.cwd), source, shown)
  const folder = dirname(file)
  const atLine = (key: string) => `${shown}:${lineOfKey(source, key)}`
  const declared = asConfigFault(atLine('series'), () => new Declared(config.series.map((series) => series.definition)))
  const work = config.work ?? {}
  asConfigFault(atLine('work'), () => jobsOf(declared.series, work, true))
  return {
    file,
    folder,
    store: options.store === undefined
      ? asConfigFault(atLine('store'), () => parseStoreUrl(config.store, folder, atLine('store')))
      : parseStoreUrl(options.store, options.cwd, '--store'),
    archive: resolve(folder, config.archive ?? 'archive'),
    declared,
    collectors: asConfigFault(atLine('sources'), () => new Collectors(
      config.series, new Sources(Object.entries(config.sources ?? {}).map(([name, url]) => parseSourceUrl(name, url, folder, atLine('sources')))),
    )),
    series: config.series,
    work,
    alerts: asConfigFault(atLine('alerts'), () => checkRules(config.alerts ?? [], config.series.map((series) => series.definition.name))),
    channels: config.channels === undefined ? null : asConfigFault(atLine('channels'), () => checkChannels(config.channels ?? [])),
    answers: asConfigFault(atLine('answers'), () => checkAnswers(config.answers ?? [])),
  }
}

async function searchUpwards(cwd: string): Promise<string> {
  for (let folder = resolve(cwd); ; folder = dirname(folder)) {
    for (const name of CONFIG_NAMES) if (await exists(join(folder, name))) return join(folder, name)
    if (folder === dirname(folder)) break
  }
  throw new TidemarkError('CONFIG_MISSING', `there is no ${CONFIG_NAMES[0]} in ${resolve(cwd)} or above it`, { where: resolve(cwd) })
}

async function named(path: string, cwd: string): Promise<string> {
  const kind = await stat(path).catch(() => null)
  if (kind === null) throw new TidemarkError('CONFIG_MISSING', `there is no ${shownPath(path, cwd)}`, { where: shownPath(path, cwd) })
  if (!kind.isDirectory()) return path
  for (const name of CONFIG_NAMES) if (await exists(join(path, name))) return join(path, name)
  throw new TidemarkError('CONFIG_MISSING', `there is no ${CONFIG_NAMES[0]} in ${shownPath(path, cwd)}`, { where: shownPath(path, cwd) })
}

function exists(path: string): Promise<boolean> {
  return stat(path).then(() => true, () => false)
}

async function sourceOf(file: string, shown: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code
    throw new TidemarkError('CONFIG_UNREADABLE', `${shown} cannot be read: ${code === 'EISDIR' ? 'it is a folder' : String(code)}`, { where: shown, cause })
  }
}

/** The files of the running program, as source in development and built in a package. */
const OWN_FOLDER = new URL('./', import.meta.url).href
const OWN_ENDING = import.meta.url.endsWith('.ts') ? '.ts' : '.js'
const OWN_EXPORTS: Readonly<Record<string, string>> = { tidemark: `index${OWN_ENDING}`, 'tidemark/core': `core${OWN_ENDING}` }

async function importConfig(file: string, source: string, cwd: string): Promise<unknown> {
  const url = pathToFileURL(file).href
  const format = /\.m?ts$/.test(file) ? 'module-typescript' : 'module'
  const hooks = registerHooks({
    resolve(specifier, context, next) {
      const own = OWN_EXPORTS[specifier]
      if (own !== undefined) {
        try {
          return next(specifier, context)
        } catch {
          // Nothing is installed beside it: the running program itself.
          return { url: new URL(own, OWN_FOLDER).href, shortCircuit: true }
        }
      }
      const resolved = next(specifier, context)
      // A configuration is a module, whatever the nearest package.json says or does not say.
      return resolved.url === url ? { ...resolved, format } : resolved
    },
  })
  const limit = Error.stackTraceLimit
  Error.stackTraceLimit = 50
  try {
    return ((await import(url)) as { default?: unknown }).default
  } catch (thrown) {
    throw await faultOf(thrown, file, source, cwd)
  } finally {
    Error.stackTraceLimit = limit
    hooks.deregister()
  }
}

/** Says what was thrown while the configuration was imported, where, and as which code. */
async function faultOf(thrown: unknown, file: string, source: string, cwd: string): Promise<TidemarkError> {
  if (!(thrown instanceof Error)) {
    return new TidemarkError('CONFIG_THREW', `the configuration threw ${String(thrown)}`, { where: shownPath(file, cwd), cause: thrown })
  }
  const place = placeOf(thrown, file)
  const where = place === null ? shownPath(file, cwd) : `${shownPath(place.file, cwd)}:${place.line}`
  const code = (thrown as NodeJS.ErrnoException).code ?? ''
  // A copy of tidemark that is installed beside the configuration has a class of its own.
  if (thrown.name === 'TidemarkError' && Object.hasOwn(CATALOGUE, code)) {
    const declared = thrown as TidemarkError
    return new ConfigFault(code as ErrorCode, thrown.message, {
      where: declared.where === null ? where : `${where}, ${declared.where}`, why: declared.why, hint: declared.hint, cause: thrown,
    })
  }
  if (code === 'ERR_MODULE_NOT_FOUND' || code === 'ERR_PACKAGE_PATH_NOT_EXPORTED' || code === 'ERR_UNSUPPORTED_DIR_IMPORT' || code === 'ERR_UNKNOWN_FILE_EXTENSION') {
    const missing = /'([^']+)'/.exec(thrown.message)?.[1] ?? ''
    const importer = /imported from (.+)$/.exec(thrown.message)?.[1] ?? file
    const text = importer === file ? source : await readFile(importer, 'utf8').catch(() => '')
    return new TidemarkError('CONFIG_IMPORT', firstLine(thrown.message), { where: `${shownPath(importer, cwd)}:${lineOfImport(text, missing)}`, cause: thrown })
  }
  if (/does not provide an export named/.test(thrown.message)) {
    return new TidemarkError('CONFIG_IMPORT', firstLine(thrown.message), { where, cause: thrown })
  }
  if (thrown instanceof SyntaxError) {
    return new TidemarkError('CONFIG_SYNTAX', firstLine(thrown.message), { where, cause: thrown })
  }
  return new TidemarkError('CONFIG_THREW', `${thrown.name}: ${firstLine(thrown.message)}`, { where, cause: thrown })
}

interface Place {
  readonly file: string
  readonly line: number
}

/** The innermost line of the user's own code: of the configuration file if it is there at all, of what is installed only where there is no other. */
function placeOf(error: Error, file: string): Place | null {
  const places: Place[] = []
  for (const line of (error.stack ?? '').split('\n')) {
    // `file:///…/tidemark.config.ts:3:7)` in a frame; `/…/tidemark.config.ts:3` or the URL heads a syntax error.
    const match = /(file:\/\/[^\s()]+?|(?:^|[\s(])\/[^()]+?):(\d+)(?::\d+)?\)?$/.exec(line)
    if (match === null) continue
    const path = (match[1] as string).replace(/^[\s(]+/, '')
    // From here on it is the program that called, and what the program was started by.
    if (path === import.meta.url) break
    if (path.startsWith(OWN_FOLDER)) continue
    places.push({ file: path.startsWith('file:') ? fileURLToPath(path) : path, line: Number(match[2]) })
  }
  return places.find((place) => place.file === file) ?? places.find((place) => !/[\\/]node_modules[\\/]/.test(place.file)) ?? places[0] ?? null
}

const SETTINGS: readonly string[] = ['store', 'archive', 'sources', 'series', 'alerts', 'channels', 'answers', 'work']

/** Checks what the types say once more: a configuration may be JavaScript, or not checked by anyone. */
function checked(value: unknown, source: string, shown: string): Config {
  const invalid = (key: string | null, message: string): never => {
    throw new TidemarkError('CONFIG_INVALID', message, { where: `${shown}:${key === null ? 1 : lineOfKey(source, key)}` })
  }
  if (value === undefined) return invalid(null, 'the configuration has no default export')
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return invalid('default', `the default export is ${kindOf(value)}, not an object`)
  const { store, archive, sources, series, alerts, channels, answers, work } = value as Record<string, unknown>
  checkOptions(value, SETTINGS, (key) => `${shown}:${lineOfKey(source, key)}`, 'CONFIG_INVALID')
  if (typeof store !== 'string') invalid('store', `store is ${kindOf(store)}, not a URL such as 'sqlite:history.db'`)
  if (archive !== undefined && (typeof archive !== 'string' || archive === '')) invalid('archive', `archive is ${kindOf(archive)}, not the path of a folder`)
  if (!Array.isArray(series)) return invalid('series', `series is ${kindOf(series)}, not a list of series`)
  if (sources !== undefined && (typeof sources !== 'object' || sources === null || Array.isArray(sources))) invalid('sources', `sources is ${kindOf(sources)}, not an object such as { app: 'sqlite:app.db' }`)
  if (series.length === 0) invalid('series', 'series is empty: there is nothing to measure')
  if (work !== undefined && (typeof work !== 'object' || work === null || Array.isArray(work))) invalid('work', `work is ${kindOf(work)}, not an object`)
  for (const [key, list] of Object.entries({ alerts, channels, answers })) {
    if (list !== undefined && !Array.isArray(list)) invalid(key, `${key} is ${kindOf(list)}, not a list`)
  }
  for (const [index, one] of series.entries()) {
    if (!isSeries(one)) invalid('series', `series[${index}] is ${kindOf(one)}, not what series(…).from(…) returns`)
  }
  return value as Config
}

function isSeries(value: unknown): value is Series {
  if (typeof value !== 'object' || value === null) return false
  const definition = (value as { definition?: unknown }).definition
  if (typeof definition !== 'object' || definition === null) return false
  const { name, stream, collected, measures, keep } = definition as Record<string, unknown>
  return typeof name === 'string' && (typeof stream === 'object' || typeof collected === 'object') && typeof measures === 'object' && typeof keep === 'object'
}

function kindOf(value: unknown): string {
  if (value === null) return 'null'
  if (value === undefined) return 'missing'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object') return 'an object'
  return typeof value === 'string' ? JSON.stringify(value) : `${typeof value} ${String(value)}`
}

function asConfigFault<T>(where: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof TidemarkError)) throw error
    throw new ConfigFault(error.code, error.message, {
      where: error.where === null || error.where === where ? where : `${where}, ${error.where}`, why: error.why, hint: error.hint, cause: error,
    })
  }
}

/** The line a setting is written on, as far as its text tells: after `export default`, else wherever it is given a value, else the export itself. */
function lineOfKey(source: string, key: string): number {
  const lines = source.split('\n')
  const exported = Math.max(lines.findIndex((line) => /export\s+default/.test(line)), 0)
  const named = new RegExp(`(^|[^\\w.])${key.replaceAll(/\W/g, '\\$&')}\\s*([:,}]|$)`)
  const after = lines.findIndex((line, index) => index >= exported && named.test(line))
  if (after >= 0) return after + 1
  const given = lines.findIndex((line) => new RegExp(`${named.source.replace('([:,}]|$)', ':')}`).test(line))
  return (given >= 0 ? given : exported) + 1
}

function lineOfImport(source: string, missing: string): number {
  const tail = missing.split('/').at(-1) ?? missing
  const at = source.split('\n').findIndex((line) => /\b(import|export|from)\b/.test(line) && line.includes(tail))
  return Math.max(at, 0) + 1
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] as string
}

/** Relative where it lies below the working folder, absolute elsewhere. */
function shownPath(path: string, cwd: string): string {
  const below = relative(cwd, path)
  return below === '' || below.startsWith('..') || isAbsolute(below) ? path : below
}
