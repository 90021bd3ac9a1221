/**
 * The instants around every durable step of a publication, in the order they come. Crash tests stop the program at
 * each; production passes nothing.
 */
export const ARCHIVE_FAILPOINTS = [
  'archive.before-write', 'archive.after-write', 'archive.after-sync',
  'archive.before-readback', 'archive.after-readback',
  'archive.before-publish', 'archive.after-publish', 'archive.after-publish-sync',
  'archive.manifest.before-write', 'archive.manifest.after-write', 'archive.manifest.after-sync',
  'archive.manifest.before-readback', 'archive.manifest.after-readback',
  'archive.manifest.before-publish', 'archive.manifest.after-publish', 'archive.manifest.after-publish-sync',
] as const

/** Called at each failpoint by its name. */
export type Reach = (name: string) => void

export const reachNothing: Reach = () => {}
