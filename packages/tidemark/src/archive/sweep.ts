import type { ArchiveFile } from '../stores/contract/series-state.ts'
import { decodeDescription } from './decode.ts'
import type { ArchiveFolder } from './folder.ts'
import { sha256Hex } from '../machine/sha256-hex.ts'

/** Names that `archivePath` and `manifestPath` make; anything else in the folder is somebody else's. */
const OURS = /^[A-Za-z][A-Za-z0-9_]*\/\d{4}-(?:Q[1-4]|\d{2})\.g\d+\.parquet(\.json)?$/

/** Paths, as the folder lists them. */
export interface Swept {
  readonly removed: readonly string[]
  /** Files that no catalogue names and that stay although they may be this store's: see `sweepArchive`. */
  readonly doubtful: readonly string[]
}

/**
 * Takes away what interrupted steps left and what newer generations have replaced: staged files, and published ones
 * that no catalogue names. Where a file that the catalogue names is damaged, what may mend it stays: other generations
 * of its period, and copies of it under whatever name. So does what cannot be read, and does not say whose it is.
 *
 * @param options.known every archive of the store's catalogue, of all its series, read after `before` was taken
 * @param options.before from `folder.mark()` at the start of the running step: younger files are being made
 * @param options.owner the id of the store: a file that another store made stays
 */
export async function sweepArchive(options: {
  readonly folder: ArchiveFolder
  readonly known: readonly ArchiveFile[]
  readonly before: number
  readonly owner: string
}): Promise<Swept> {
  const { folder, known, before, owner } = options
  const named = new Set(known.map(({ path }) => path))
  const listed = await folder.list()
  const present = new Set(listed.map(({ path }) => path))
  const removed: string[] = []
  const doubtful: string[] = []
  const remove = async (path: string): Promise<void> => {
    await folder.remove(path)
    removed.push(path)
  }
  const old = listed.filter(({ modifiedAt }) => modifiedAt < before)
  for (const { path, staged } of old) {
    if (staged) await remove(path)
  }
  const orphans = old.filter(({ path, staged }) => !staged && OURS.test(path))
  const stays = new Set([...present].filter((path) => path.endsWith('.parquet')))
  for (const { path } of orphans) {
    if (!path.endsWith('.parquet') || named.has(path)) continue
    const whose = await whoseIs(folder, path, known, owner)
    if (whose === 'doubtful') doubtful.push(path)
    if (whose !== 'nobodys') continue
    // The manifest goes below, in this sweep or, after a crash, in the next: without its file it says nothing.
    await remove(path)
    stays.delete(path)
  }
  for (const { path } of orphans) {
    const described = path.slice(0, -'.json'.length)
    if (path.endsWith('.parquet.json') && !named.has(described) && !stays.has(described)) await remove(path)
  }
  return { removed, doubtful }
}

/** A published file was synced and proven, so one that does not say whose it is, is not ours to remove: `verify` names it. */
async function whoseIs(folder: ArchiveFolder, path: string, known: readonly ArchiveFile[], owner: string): Promise<'nobodys' | 'anothers' | 'doubtful' | 'gone'> {
  const read = await folder.read(path)
  if (read === null) return 'gone'
  try {
    if ((await decodeDescription(read.content)).owner !== owner) return 'anothers'
  } catch {
    return 'doubtful'
  }
  const sha256 = sha256Hex(read.content)
  for (const file of known) {
    if ((file.sha256 === sha256 || periodOf(file.path) === periodOf(path)) && !(await isWhole(folder, file))) return 'doubtful'
  }
  return 'nobodys'
}

/** `activity/2014-Q1` */
function periodOf(path: string): string {
  return path.replace(/\.g\d+\.parquet$/, '')
}

async function isWhole(folder: ArchiveFolder, { path, sha256 }: ArchiveFile): Promise<boolean> {
  const read = await folder.read(path).catch(() => null)
  return read !== null && sha256Hex(read.content) === sha256
}
