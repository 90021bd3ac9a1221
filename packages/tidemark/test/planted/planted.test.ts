import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import type { CampaignReport } from '../crash/campaign.ts'
import type { DamageReport } from '../damage/campaign.ts'
import { COLLECTED_PLANTS, CRASH_PLANTS, DAMAGE_PLANTS, MARK, PLACED_PLANTS, type Plant, PLANTS } from './plants.ts'
import { PlantedTree } from './planted-tree.ts'

/** Most of the ten show in the first history; each is given this many to show in, and stops at the first. */
const HISTORIES = Number(process.env['TIDEMARK_PLANTED_HISTORIES'] ?? 40)
const SEED = Number(process.env['TIDEMARK_SEED'] ?? 1)
const POINTS = 80
const CASES = 46

/** What was noticed, as a text; null when nothing was. */
async function noticed(tree: PlantedTree, plant: Pick<Plant, 'caughtBy' | 'commands'>, histories: number): Promise<string | null> {
  switch (plant.caughtBy) {
    case 'histories': return tree.run<string | null>('planted/histories-main.ts', String(SEED), String(histories))
    case 'moved source': return tree.run<string | null>('planted/moved-source-main.ts', String(SEED), '3')
    case 'crash campaign': return (await tree.run<CampaignReport>('crash/campaign-main.ts', String(SEED), String(POINTS), plant.commands ?? '')).faults[0] ?? null
    case 'damage campaign': return (await tree.run<DamageReport>('damage/campaign-main.ts', String(SEED), String(CASES))).faults[0] ?? null
  }
}

async function withTree(plant: Plant | null, use: (tree: PlantedTree) => Promise<void>): Promise<void> {
  const tree = new PlantedTree()
  try {
    if (plant !== null) tree.plant(plant)
    await use(tree)
  } finally {
    tree.remove()
  }
}

describe('a planted bug is caught', () => {
  for (const plant of [...PLANTS, ...COLLECTED_PLANTS, ...PLACED_PLANTS, ...CRASH_PLANTS, ...DAMAGE_PLANTS]) {
    test.concurrent(`${plant.name}: ${plant.caughtBy}`, { timeout: 240_000 }, async () => {
      await withTree(plant, async (tree) => {
        const text = await noticed(tree, plant, HISTORIES)
        console.log(`${plant.name} (seed ${SEED}): ${text?.split('\n').slice(0, 4).join(' | ').slice(0, 300) ?? 'not noticed'}`)
        expect(text).not.toBeNull()
      })
    })
  }
})

test('where nothing is planted, nothing is caught', { timeout: 240_000 }, async () => {
  await withTree(null, async (tree) => {
    expect(await noticed(tree, { caughtBy: 'histories' }, 2)).toBeNull()
    expect(await noticed(tree, { caughtBy: 'moved source' }, 2)).toBeNull()
    expect(await noticed(tree, { caughtBy: 'crash campaign' }, 2)).toBeNull()
  })
})

test('there are ten planted bugs, and a plant that finds no place is an error', () => {
  expect(new Set(PLANTS.map(({ name }) => name)).size).toBe(10)
  expect(new Set(COLLECTED_PLANTS.map(({ name }) => name)).size).toBe(9)
  expect(new Set(PLACED_PLANTS.map(({ name }) => name)).size).toBe(3)
  const tree = new PlantedTree()
  try {
    expect(() => tree.plant({ ...(PLANTS[0] as Plant), find: 'no such text' })).toThrow('found 0 times')
    expect(() => tree.plant({ ...(PLANTS[0] as Plant), find: 'return' })).toThrow(/found \d\d+ times/)
  } finally {
    tree.remove()
  }
})

test('none is in the source or in the built package', () => {
  for (const folder of ['src', 'bin', 'dist']) {
    const root = fileURLToPath(new URL(`../../${folder}`, import.meta.url))
    if (!existsSync(root)) continue
    for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue
      const text = readFileSync(`${entry.parentPath}/${entry.name}`, 'utf8')
      expect(text.includes(MARK), `${folder}/${entry.name}`).toBe(false)
    }
  }
})
