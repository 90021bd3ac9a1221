import { expect, test } from 'vitest'
import { read } from './tree.ts'

interface Lock {
  readonly packages: Readonly<Record<string, { readonly version?: string; readonly resolved?: string; readonly link?: boolean; readonly integrity?: string; readonly gypfile?: boolean; readonly hasInstallScript?: boolean; readonly optional?: boolean }>>
}

/** What would make `npm ci` fail on another machine, or run a script that was not agreed to. */
function problems(lock: Lock, allowed: Readonly<Record<string, boolean>>): readonly string[] {
  return Object.entries(lock.packages).flatMap(([path, entry]) => {
    const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)
    const found: string[] = []
    // Without this npm runs node-gyp for it, which a machine without a compiler does not survive; `npm install` strips it.
    if (name === 'better-sqlite3' && entry.gypfile !== false) found.push('better-sqlite3 has lost "gypfile": false')
    if (entry.resolved !== undefined && entry.link !== true) found.push(`${path} names the host it came from`)
    if (path.includes('node_modules/') && entry.link !== true && entry.integrity === undefined) found.push(`${path} has no integrity`)
    if (entry.hasInstallScript === true && entry.optional !== true && allowed[name] === undefined) found.push(`${path} has an install script that allowScripts does not mention`)
    return found
  })
}

const lock = JSON.parse(read('package-lock.json')) as Lock
const { allowScripts, devDependencies } = JSON.parse(read('package.json')) as { readonly allowScripts: Readonly<Record<string, boolean>>; readonly devDependencies: Readonly<Record<string, string>> }

test('the lock file installs anywhere, from any registry, without a compiler', () => {
  expect(problems(lock, allowScripts)).toEqual([])
  expect(lock.packages['node_modules/better-sqlite3']).toBeDefined()
})

test('a planted loss of any of it is found', () => {
  const planted: Lock = { packages: {
    'node_modules/better-sqlite3': { version: '1', integrity: 'x', hasInstallScript: true },
    'node_modules/a': { version: '1', resolved: 'https://example.org/a.tgz', integrity: 'x' },
    'node_modules/b/node_modules/c': { version: '1' },
    'node_modules/d': { version: '1', integrity: 'x', hasInstallScript: true },
  } }
  expect(problems(planted, allowScripts)).toHaveLength(4)
})

test('versions are exact, and the program runs on the pinned Node', () => {
  for (const [name, version] of Object.entries(devDependencies)) expect(version, name).toMatch(/^\d+\.\d+\.\d+$/)
  expect(process.versions.node).toBe(devDependencies['node'])
})
