import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Plant } from './plants.ts'

const PACKAGE = fileURLToPath(new URL('../..', import.meta.url))
/** Not published, not committed, and below the repository, so that packages are found as from the original. */
const TREES = fileURLToPath(new URL('../../../../.tmp/planted', import.meta.url))
const COPIED = ['src', 'test/crash', 'test/damage', 'test/histories', 'test/oracle', 'test/planted'] as const

/** A copy of the source and of what tests it, to be spoilt. */
export class PlantedTree {
  readonly root: string

  constructor() {
    mkdirSync(TREES, { recursive: true })
    this.root = mkdtempSync(join(TREES, 'tree-'))
    for (const part of COPIED) cpSync(join(PACKAGE, part), join(this.root, part), { recursive: true })
    cpSync(join(PACKAGE, 'package.json'), join(this.root, 'package.json'))
  }

  /** Throws unless the place is found exactly once: a defect that is not planted cannot be caught. */
  plant({ name, file, find, replace }: Plant): void {
    const path = join(this.root, 'src', file)
    const pieces = readFileSync(path, 'utf8').split(find)
    if (pieces.length !== 2) throw new Error(`${name}: its place in src/${file} is found ${pieces.length - 1} times; the source has moved, so plants.ts must follow`)
    writeFileSync(path, pieces.join(replace))
  }

  /** Runs a program of the copy; its answer is the JSON that it prints. */
  run<T>(script: string, ...words: readonly string[]): Promise<T> {
    return new Promise((resolve, reject) => {
      execFile(process.execPath, [join(this.root, 'test', script), ...words], { maxBuffer: 2 ** 26 }, (error, stdout, stderr) => {
        if (error === null) resolve(JSON.parse(stdout) as T)
        else reject(new Error(`${script} failed: ${stderr}`, { cause: error }))
      })
    })
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true })
  }
}
