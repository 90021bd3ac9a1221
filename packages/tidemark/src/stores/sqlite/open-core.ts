import { connect } from './connect.ts'
import { SqliteCore } from './core.ts'
import type { Reach } from './failpoint.ts'
import type { SqliteStoreOptions } from './options.ts'

/** Opens the file for writing: the core on a connection of better-sqlite3. */
export function openCore({ path, program, clockConfirmed = false, busyTimeoutMs, intake }: SqliteStoreOptions, reach: Reach): SqliteCore {
  const connection = connect(path, { readonly: false, ...(busyTimeoutMs === undefined ? {} : { busyTimeoutMs }) })
  return new SqliteCore({ connection, path, program, clockConfirmed, reach, ...(intake === undefined ? {} : { intake }) })
}
