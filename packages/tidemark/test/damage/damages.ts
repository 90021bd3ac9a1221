import { copyFileSync, readFileSync, renameSync, unlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ArchiveFile } from '../../src/stores/contract/series-state.ts'

/** A folder of archive files that is to be damaged. */
export interface Damageable {
  readonly root: string
  readonly files: readonly ArchiveFile[]
  readonly int: (below: number) => number
}

/** One way to damage a folder: does it, and returns the files that must not be read any more and the ones to be named. */
export type Damage = (place: Damageable) => { readonly unreadable: readonly string[]; readonly named: readonly string[] }

function one<Value>(list: readonly Value[], { int }: Damageable): Value {
  return list[int(list.length)] as Value
}

/** Damage to the bytes of one file, or of its manifest. */
function bytes(suffix: '' | '.json', change: (content: Buffer, place: Damageable) => Buffer): Damage {
  return (place) => {
    const { path } = one(place.files, place)
    const full = join(place.root, path + suffix)
    const before = readFileSync(full)
    let after = change(Buffer.from(before), place)
    while (after.equals(before)) after = change(Buffer.from(before), place)
    writeFileSync(full, after)
    return { unreadable: suffix === '' ? [path] : [], named: [path + suffix] }
  }
}

function two(place: Damageable): [string, string] {
  const first = place.int(place.files.length)
  const second = (first + 1 + place.int(place.files.length - 1)) % place.files.length
  return [(place.files[first] as ArchiveFile).path, (place.files[second] as ArchiveFile).path]
}

function swap(root: string, a: string, b: string): void {
  renameSync(join(root, a), join(root, 'x'))
  renameSync(join(root, b), join(root, a))
  renameSync(join(root, 'x'), join(root, b))
}

export function flip(content: Buffer, { int }: Damageable): Buffer {
  const at = int(content.length)
  content[at] = (content[at] as number) ^ (1 << int(8))
  return content
}

export const DAMAGES: Readonly<Record<string, Damage>> = {
  'a bit is flipped': bytes('', flip),
  'a bit is flipped in the footer': bytes('', (content, { int }) => {
    const at = content.length - 1 - int(200)
    content[at] = (content[at] as number) ^ (1 << int(8))
    return content
  }),
  'it is cut': bytes('', (content, { int }) => content.subarray(0, int(content.length))),
  'its last byte is gone': bytes('', (content) => content.subarray(0, -1)),
  'bytes are appended': bytes('', (content, { int }) => Buffer.concat([content, Buffer.alloc(1 + int(64), int(256))])),
  'a page is zero': bytes('', (content, { int }) => content.fill(0, Math.min(512 * int(Math.ceil(content.length / 512)), content.length - 1)).subarray(0)),
  'a block is noise': bytes('', (content, { int }) => {
    const start = int(content.length)
    for (let at = start; at < Math.min(start + 512, content.length); at++) content[at] = int(256)
    return content
  }),
  'bytes are gone from its middle': bytes('', (content, { int }) => {
    const start = int(content.length - 1)
    return Buffer.concat([content.subarray(0, start), content.subarray(start + 1 + int(100))])
  }),
  'two bytes have changed places': bytes('', (content, { int }) => {
    const [a, b] = [int(content.length), int(content.length)]
    const kept = content[a] as number
    content[a] = content[b] as number
    content[b] = kept
    return content
  }),
  'it is empty': bytes('', () => Buffer.alloc(0)),
  'it is removed': (place) => {
    const { path } = one(place.files, place)
    unlinkSync(join(place.root, path))
    return { unreadable: [path], named: [path] }
  },
  'two files are swapped': (place) => {
    const pair = two(place)
    swap(place.root, ...pair)
    return { unreadable: pair, named: pair }
  },
  'two files and their manifests are swapped': (place) => {
    const pair = two(place)
    swap(place.root, ...pair)
    swap(place.root, ...(pair.map((path) => `${path}.json`) as [string, string]))
    return { unreadable: pair, named: [...pair, ...pair.map((path) => `${path}.json`)] }
  },
  'another file lies over it': (place) => {
    const [a, b] = two(place)
    copyFileSync(join(place.root, a), join(place.root, b))
    return { unreadable: [b], named: [b] }
  },
  'it lies there twice': (place) => {
    const { path } = one(place.files, place)
    const copy = path.replace(/\.g\d+\./, `.g${20 + place.int(9)}.`)
    copyFileSync(join(place.root, path), join(place.root, copy))
    return { unreadable: [], named: [copy] }
  },
  'a strange file lies beside it': (place) => {
    writeFileSync(join(place.root, 'mine.parquet'), 'PAR1')
    return { unreadable: [], named: ['mine.parquet'] }
  },
  'it has another name': (place) => {
    const { path } = one(place.files, place)
    const other = path.replace(/\.g\d+\./, '.g17.')
    renameSync(join(place.root, path), join(place.root, other))
    return { unreadable: [path], named: [path, other] }
  },
  'its manifest is gone': (place) => {
    const { path } = one(place.files, place)
    unlinkSync(join(place.root, `${path}.json`))
    return { unreadable: [], named: [`${path}.json`] }
  },
  'a bit of its manifest is flipped': bytes('.json', flip),
  'a digit of its manifest is changed': bytes('.json', (content, { int }) => {
    const digits = [...content.keys()].filter((at) => (content[at] as number) >= 0x30 && (content[at] as number) <= 0x39)
    content[digits[int(digits.length)] as number] = 0x30 + int(10)
    return content
  }),
  'its manifest is cut': bytes('.json', (content, { int }) => content.subarray(0, int(content.length))),
  'its manifest has a space more': bytes('.json', (content, { int }) => {
    const at = int(content.length + 1)
    return Buffer.concat([content.subarray(0, at), Buffer.from(' '), content.subarray(at)])
  }),
  'two manifests are swapped': (place) => {
    const pair = two(place).map((path) => `${path}.json`) as [string, string]
    swap(place.root, ...pair)
    return { unreadable: [], named: pair }
  },
}
