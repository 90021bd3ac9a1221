import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

const CRASH = ['test/crash/**/*.test.ts', 'test/**/crash*.test.ts']
const DAMAGE = ['test/damage/**/*.test.ts', 'test/**/damage*.test.ts']
const HISTORIES = ['test/histories/**/*.test.ts']
const PLANTED = ['test/planted/**/*.test.ts']
const REPOSITORY = ['test/repository/**/*.test.ts']
/** Slow campaigns: `npm run test:long` only. Each has a bounded form among the others. */
const LONG = process.env['TIDEMARK_LONG'] === '1' ? [] : ['test/**/full-scale.test.ts']

const project = (name: string, include: string[], exclude: string[] = []) => ({
  extends: true as const,
  test: { name, include, exclude: ['**/node_modules/**', ...exclude] },
})

/** The stages of `npm test` that vitest runs; scripts/test.ts runs them one after the other. */
export default defineConfig({
  test: {
    // Processes: tests change the working folder, and load drivers that do not like to be loaded by two threads.
    pool: 'forks',
    // By itself vitest leaves one core idle, which on two cores is half of them.
    maxWorkers: availableParallelism(),
    testTimeout: 60_000,
    hookTimeout: 60_000,
    projects: [
      project('unit', ['test/**/*.test.ts'], [...CRASH, ...DAMAGE, ...HISTORIES, ...PLANTED, ...REPOSITORY, ...LONG]),
      project('repository', REPOSITORY),
      project('histories', HISTORIES),
      project('planted', PLANTED),
      project('crash', CRASH),
      project('damage', DAMAGE),
    ],
  },
})
