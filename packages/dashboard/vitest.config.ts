import { defineConfig } from 'vitest/config'

/** `dashboard`: pure functions, without a browser. `browser`: Chromium over real servers on demo stores, which its set-up makes and starts once. */
export default defineConfig({
  test: {
    pool: 'forks',
    projects: [
      { test: { name: 'dashboard', include: ['test/*.test.ts'] } },
      {
        test: {
          name: 'browser', include: ['test/browser/**/*.test.ts'], globalSetup: ['test/browser/set-up.ts'],
          // One Chromium, two cores: files one after the other.
          fileParallelism: false, testTimeout: 120_000, hookTimeout: 300_000,
        },
      },
    ],
  },
})
