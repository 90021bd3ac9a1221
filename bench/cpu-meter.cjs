// Preloaded by the cli case. CommonJS, as --require takes no module that may wait.
const { writeSync } = require('node:fs')
const { isMainThread } = require('node:worker_threads')

if (isMainThread) {
  process.on('exit', () => {
    const { userCPUTime, systemCPUTime } = process.resourceUsage()
    writeSync(3, String(userCPUTime + systemCPUTime))
  })
}
