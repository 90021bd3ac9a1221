import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import type { SystemCall } from './system-calls.ts'

/** A file's bytes: as programs see them, and as they are on the plate. */
class Inode {
  seen = Buffer.alloc(0)
  kept = Buffer.alloc(0)

  write(data: Buffer, at: number): void {
    const grown = Buffer.alloc(Math.max(this.seen.length, at + data.length))
    this.seen.copy(grown)
    data.copy(grown, at)
    this.seen = grown
  }
}

/**
 * A disk that keeps only what it was told to keep, and forgets the rest when the power fails: bytes of a file that was
 * not synced, names in a folder that was not synced. Harsher than any real one.
 */
export class Disk {
  readonly #root: string
  readonly #deafTo: (path: string) => boolean
  readonly #seen = new Map<string, Inode | 'folder'>()
  readonly #kept = new Map<string, Inode | 'folder'>()
  readonly #positions = new Map<number, number>()

  /** @param deafTo files whose syncs it only pretends to carry out: for the control */
  constructor(root: string, deafTo: (path: string) => boolean = () => false) {
    this.#root = root
    this.#deafTo = deafTo
  }

  apply(call: SystemCall): void {
    if (call.call === 'say' || !call.path.startsWith(`${this.#root}`)) return
    switch (call.call) {
      case 'open': {
        this.#positions.set(call.fd, 0)
        if (call.path === this.#root || this.#seen.get(call.path) === 'folder') return
        if (call.create && !this.#seen.has(call.path)) this.#seen.set(call.path, new Inode())
        if (call.truncate) this.#file(call.path).seen = Buffer.alloc(0)
        return
      }
      case 'write': {
        const at = call.at ?? this.#positions.get(call.fd) ?? 0
        this.#file(call.path).write(call.data, at)
        if (call.at === null) this.#positions.set(call.fd, at + call.data.length)
        return
      }
      case 'truncate': {
        const file = this.#file(call.path)
        const resized = Buffer.alloc(call.size)
        file.seen.copy(resized)
        file.seen = resized
        return
      }
      case 'sync':
        if (this.#deafTo(call.path)) return
        if (call.path === this.#root || this.#seen.get(call.path) === 'folder') this.#syncNames(call.path)
        else {
          const file = this.#file(call.path)
          file.kept = Buffer.from(file.seen)
        }
        return
      case 'mkdir': this.#seen.set(call.path, 'folder')
        return
      case 'unlink': this.#seen.delete(call.path)
        return
      case 'link': this.#seen.set(call.to, this.#file(call.path))
        return
      case 'rename':
        this.#seen.set(call.to, this.#file(call.path))
        this.#seen.delete(call.path)
    }
  }

  /** Writes into an empty folder what would be left after a power failure now. */
  restore(folder: string): void {
    for (const [path, entry] of this.#kept) {
      const target = join(folder, relative(this.#root, path))
      // A name in a folder whose own name was lost cannot be reached.
      if (!this.#reachable(path)) continue
      if (entry === 'folder') mkdirSync(target, { recursive: true })
      else {
        mkdirSync(dirname(target), { recursive: true })
        writeFileSync(target, entry.kept)
      }
    }
  }

  #reachable(path: string): boolean {
    const parent = dirname(path)
    return parent === this.#root || (this.#kept.get(parent) === 'folder' && this.#reachable(parent))
  }

  #syncNames(folder: string): void {
    for (const path of this.#kept.keys()) if (dirname(path) === folder && !this.#seen.has(path)) this.#kept.delete(path)
    for (const [path, entry] of this.#seen) if (dirname(path) === folder) this.#kept.set(path, entry)
  }

  #file(path: string): Inode {
    // A file that was removed while it was open is still written to, for nobody.
    const entry = this.#seen.get(path)
    return entry instanceof Inode ? entry : new Inode()
  }
}
