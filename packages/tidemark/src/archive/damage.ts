/**
 * What is wrong with an archive file.
 * - `missing`: there is no such file
 * - `size`, `hash`: it is not the file that was published
 * - `unreadable`: it cannot be read, or decoded
 * - `rows`, `sums`, `digest`: it decodes to other rows than the catalogue describes
 */
export type DamageReason = 'missing' | 'size' | 'hash' | 'unreadable' | 'rows' | 'sums' | 'digest'

export interface ArchiveDamage {
  /** Of the damaged file. */
  readonly path: string
  readonly reason: DamageReason
  /** One sentence with the values. */
  readonly detail: string
}
