#!/usr/bin/env node
// Plain JavaScript, so that it runs as it is on every Node back to 20. It only sees to it that the program runs on a
// Node that it can run on, and starts it.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import module, { createRequire } from 'node:module'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const MAIN = new URL('../dist/cli/main.js', import.meta.url)
const RESTARTED = 'TIDEMARK_RESTARTED'

/** The errors of the launcher itself; the program's own catalogue (src/error-catalogue.ts) cannot be loaded yet. */
function fail(code, message, why, hint) {
  const document = { code, message, where: null, why, hint, docs: `docs/errors.md#${code.toLowerCase()}` }
  process.stderr.write(process.argv.includes('--json')
    ? `${JSON.stringify(document)}\n`
    : `error ${code}: ${message}\n  why   ${why}\n  mend  ${hint}\n`)
  process.exitCode = 1
}

/** 22.18 is the first with type stripping and `module.registerHooks` on by default. */
function isNewEnough(version) {
  const [major = 0, minor = 0] = version.slice(1).split('.').map(Number)
  return major > 22 || (major === 22 && minor >= 18)
}

/** The binary of the npm package `node`, from beside this package or beside the caller's. */
function installedNode() {
  for (const from of [fileURLToPath(import.meta.url), join(process.cwd(), 'package.json')]) {
    try {
      const binary = join(dirname(createRequire(from).resolve('node/package.json')), 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
      if (existsSync(binary)) return binary
    } catch {
      // Not installed there.
    }
  }
  return null
}

function restartWith(binary) {
  // The fourth stream is a channel that closes when this process dies, however it dies: the program goes with it.
  const child = spawn(binary, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'], env: { ...process.env, [RESTARTED]: process.version },
  })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('error', (error) => fail('NODE_TOO_OLD', `${binary} did not start: ${error.message}`,
    `tidemark needs Node.js 22.18 or later, and this is ${process.version}.`,
    'Install a current Node.js, or add one to the project with npm install node@24.'))
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code ?? 1)
    process.removeAllListeners(signal)
    process.kill(process.pid, signal)
  })
}

if (!isNewEnough(process.version)) {
  const binary = process.env[RESTARTED] === undefined ? installedNode() : null
  if (binary === null) {
    fail('NODE_TOO_OLD', `this is Node.js ${process.version}`, 'tidemark needs Node.js 22.18 or later.',
      'Install a current Node.js, or add one to the project with npm install node@24.')
  } else {
    restartWith(binary)
  }
} else if (!existsSync(MAIN)) {
  fail('BUILD_MISSING', 'tidemark is not built', `There is no ${fileURLToPath(MAIN)}.`, 'Run npm run build in the repository.')
} else {
  if (process.env[RESTARTED] !== undefined && process.channel) {
    process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'))
    process.channel.unref()
  }
  delete process.env[RESTARTED]
  // Halves the start-up: the configuration's types are stripped once, not at every call. Never in a folder that
  // another user could write to.
  module.enableCompileCache(join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'tidemark'))
  const { main } = await import(pathToFileURL(fileURLToPath(MAIN)).href)
  await main(process.argv.slice(2))
}
