import { constants, existsSync } from 'node:fs'
import { access, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { tzdataVersion } from '../calendar/tzdata.ts'
import { isCollected } from '../definitions/series.ts'
import type { DoctorCheck, DoctorLine } from './check.ts'

/** The oldest that package.json's `engines` admits. */
const OLDEST_NODE: readonly [major: number, minor: number] = [22, 18]

/** What can be looked at without the store. */
export const PLACE_CHECKS: readonly DoctorCheck[] = [
  {
    name: 'node',
    run: async () => {
      const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
      const ok = major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1])
      return { ok, text: `Node.js ${process.versions.node}, time zones ${tzdataVersion()}`, ...(ok ? {} : { hint: `Install Node.js ${OLDEST_NODE.join('.')} or later.` }) }
    },
  },
  {
    name: 'configuration',
    run: async ({ configuration, series }) => ({
      ok: true, text: `${configuration}: series ${series.map(({ name }) => name).join(', ')}; streams ${[...new Set(series.flatMap((one) => (isCollected(one) ? [] : [one.stream.name])))].join(', ') || 'none'}`,
    }),
  },
  {
    name: 'store',
    run: async ({ store, storePath, storeUrl }) => {
      if (!existsSync(storePath)) return { ok: false, text: `${storeUrl} does not exist yet`, hint: 'Make it with tidemark migrate.' }
      if (store === null) return { ok: false, text: `${storeUrl} cannot be opened`, hint: 'Check the path and its permissions.' }
      const { format } = await store.schema()
      if (format === 0) return { ok: false, text: `${storeUrl} has no tables of tidemark yet`, hint: 'Make them with tidemark migrate.' }
      const writable = await canWrite(storePath) && await canWrite(dirname(storePath))
      return { ok: writable, text: writable ? `${storeUrl}, layout ${format}` : `${storeUrl} cannot be written`, ...(writable ? {} : { hint: 'Give the user who runs tidemark the right to write the file and its folder.' }) }
    },
  },
  {
    name: 'archive folder',
    run: async ({ archivePath, series }) => {
      if (!series.some(({ keep }) => keep.archive)) return { ok: true, text: 'no series archives' }
      return folderLine(archivePath)
    },
  },
]

async function folderLine(path: string): Promise<Omit<DoctorLine, 'name'>> {
  const hint = 'Give the user who runs tidemark the right to write there.'
  if (existsSync(path)) {
    if (!(await stat(path)).isDirectory()) return { ok: false, text: `${path} is not a folder`, hint: 'Name another folder as archive in the configuration.' }
    return await canWrite(path) ? { ok: true, text: path } : { ok: false, text: `${path} cannot be written`, hint }
  }
  // Several levels may be missing: the first file makes them all.
  let above = dirname(path)
  while (!existsSync(above) && above !== dirname(above)) above = dirname(above)
  return await canWrite(above) ? { ok: true, text: `${path} will be made by the first file` } : { ok: false, text: `${above} cannot be written`, hint }
}

function canWrite(path: string): Promise<boolean> {
  return access(path, constants.W_OK).then(() => true, () => false)
}
