/** Holds the database locked until it is killed: `FILE`. */
import Database from 'better-sqlite3'

const [file = ''] = process.argv.slice(2)
const store = new Database(file)
store.exec('BEGIN IMMEDIATE')
process.stdout.write('locked\n')
// What nothing refers to is collected, and lets go.
setInterval(() => store.inTransaction, 60_000)
