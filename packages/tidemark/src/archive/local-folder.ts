import { randomBytes } from 'node:crypto'
import * as nodeFiles from 'node:fs/promises'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { TidemarkError } from '../errors.ts'
import type { ArchiveFolder, FileStamp, ListedFile, ReadFile, StagedFile } from './folder.ts'

/** The file operations that a folder uses; tests count them and make them fail. */
export type FileOperations = Pick<typeof nodeFiles, 'open' | 'link' | 'rename' | 'unlink' | 'mkdir' | 'readdir' | 'stat'>

/** `.2014-Q1.g1.parquet.3f9a0c1b2d4e5f60.tmp`: hidden, and no name that a reader of *.parquet finds. */
const STAGED = /^\..+\.[0-9a-f]{16}\.tmp$/

/** What link() answers where a file system has no second names for a file (FAT, some network shares). */
const NO_LINKS = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'])

/** A folder of this machine. It comes into being with its first file. */
export class LocalFolder implements ArchiveFolder {
  readonly place: string
  readonly #files: FileOperations

  constructor(path: string, files: FileOperations = nodeFiles) {
    this.place = resolve(path)
    this.#files = files
  }

  async stage(path: string): Promise<StagedFile> {
    const target = this.#at(path)
    await this.#guard(`make the folder of ${path}`, () => this.#makeFolder(dirname(target)))
    const name = target.slice(dirname(target).length + 1)
    return { path, localPath: join(dirname(target), `.${name}.${randomBytes(8).toString('hex')}.tmp`) }
  }

  sync(staged: StagedFile): Promise<void> {
    return this.#guard(`sync ${staged.path}`, async () => {
      // Opened for writing: some systems refuse to sync a file that was opened to be read.
      const handle = await this.#files.open(staged.localPath, 'r+')
      try {
        await handle.sync()
      } finally {
        await handle.close()
      }
    })
  }

  readStaged(staged: StagedFile): Promise<Uint8Array> {
    return this.#guard(`read ${staged.path} back`, async () => {
      const handle = await this.#files.open(staged.localPath, 'r')
      try {
        return await handle.readFile()
      } finally {
        await handle.close()
      }
    })
  }

  publish(staged: StagedFile, { replace = false } = {}): Promise<boolean> {
    const target = this.#at(staged.path)
    return this.#guard(`publish ${staged.path}`, async () => {
      if (replace) {
        await this.#files.rename(staged.localPath, target)
        return true
      }
      // rename() would take the place of a file that a stale worker's twin has published; link() refuses to.
      try {
        await this.#files.link(staged.localPath, target)
      } catch (error) {
        if (codeOf(error) === 'EEXIST') return false
        if (!NO_LINKS.has(codeOf(error))) throw error
        if (await this.#present(target)) return false
        await this.#files.rename(staged.localPath, target)
        return true
      }
      await this.#files.unlink(staged.localPath)
      return true
    })
  }

  syncEntry(path: string): Promise<void> {
    return this.#guard(`sync the folder of ${path}`, () => this.#syncFolder(dirname(this.#at(path))))
  }

  async discard(staged: StagedFile): Promise<void> {
    await this.#guard(`remove ${staged.localPath}`, () => unlessMissing(this.#files.unlink(staged.localPath)))
  }

  read(path: string): Promise<ReadFile | null> {
    return this.#guard(`read ${path}`, async () => {
      const handle = await unlessMissing(this.#files.open(this.#at(path), 'r'))
      if (handle === null) return null
      try {
        // Stamp first: if the file changes while it is read, the next stamp differs from this one.
        const stamp = stampOf(await handle.stat({ bigint: true }))
        return { ...stamp, content: await handle.readFile() }
      } finally {
        await handle.close()
      }
    })
  }

  stamp(path: string): Promise<FileStamp | null> {
    return this.#guard(`look at ${path}`, async () => {
      const stats = await unlessMissing(this.#files.stat(this.#at(path), { bigint: true }))
      return stats === null ? null : stampOf(stats)
    })
  }

  list(): Promise<readonly ListedFile[]> {
    return this.#guard('list the folder', async () => {
      const entries = (await unlessMissing(this.#files.readdir(this.place, { withFileTypes: true, recursive: true }))) ?? []
      const files: ListedFile[] = []
      for (const entry of entries) {
        if (entry.isDirectory()) continue
        const full = join(entry.parentPath, entry.name)
        const stats = await unlessMissing(this.#files.stat(full))
        // Published or swept since it was listed.
        if (stats === null) continue
        files.push({ path: relative(this.place, full).split(sep).join('/'), bytes: stats.size, modifiedAt: stats.mtimeMs, staged: STAGED.test(entry.name) })
      }
      return files.sort((a, b) => (a.path < b.path ? -1 : 1))
    })
  }

  async remove(path: string): Promise<void> {
    const target = this.#at(path)
    await this.#guard(`remove ${path}`, async () => {
      if ((await unlessMissing(this.#files.unlink(target).then(() => true))) === true) await this.#syncFolder(dirname(target))
    })
  }

  /** The file system's clock, not the process': over a network the two may differ by minutes. */
  async mark(): Promise<number> {
    const probe = await this.stage('mark')
    return this.#guard('read the clock of the folder', async () => {
      const handle = await this.#files.open(probe.localPath, 'wx')
      try {
        return (await handle.stat()).mtimeMs
      } finally {
        await handle.close()
        await this.#files.unlink(probe.localPath)
      }
    })
  }

  /** A catalogue is data: a path in it that leads elsewhere is refused. */
  #at(path: string): string {
    const full = resolve(this.place, path)
    if (path === '' || path.includes('\0') || path.includes('\\') || !full.startsWith(this.place.endsWith(sep) ? this.place : this.place + sep)) {
      throw new TidemarkError('ARCHIVE_FOLDER', `${JSON.stringify(path)} is no path within the archive folder`, { where: this.place, why: 'Archive files lie in the archive folder and nowhere else.' })
    }
    return full
  }

  async #makeFolder(folder: string): Promise<void> {
    const first = await this.#files.mkdir(folder, { recursive: true })
    if (first === undefined) return
    // Each new folder is an entry of the one above it.
    for (let made = folder; ; made = dirname(made)) {
      await this.#syncFolder(dirname(made))
      if (made === first) return
    }
  }

  async #syncFolder(folder: string): Promise<void> {
    // Windows cannot open a folder as a file; its file systems log names by themselves.
    if (process.platform === 'win32') return
    const handle = await this.#files.open(folder, 'r')
    try {
      await handle.sync()
    } finally {
      await handle.close()
    }
  }

  async #present(target: string): Promise<boolean> {
    return (await unlessMissing(this.#files.stat(target))) !== null
  }

  async #guard<Value>(what: string, act: () => Promise<Value>): Promise<Value> {
    try {
      return await act()
    } catch (cause) {
      if (cause instanceof TidemarkError) throw cause
      throw new TidemarkError('ARCHIVE_FOLDER', `cannot ${what}: ${cause instanceof Error ? cause.message : String(cause)}`, { where: this.place, cause })
    }
  }
}

interface Stats {
  readonly size: bigint
  readonly ino: bigint
  readonly mtimeNs: bigint
  readonly ctimeNs: bigint
}

/** With ctime and inode: a tool that sets mtime back, or puts another file in its place, is noticed. */
function stampOf({ size, ino, mtimeNs, ctimeNs }: Stats): FileStamp {
  return { bytes: Number(size), tag: `${ino}-${mtimeNs}-${ctimeNs}` }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''
}

async function unlessMissing<Value>(result: Promise<Value>): Promise<Value | null> {
  try {
    return await result
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return null
    throw error
  }
}
