/** The instants around every durable step of an erasure, beside those of the store's commands and of a publication. */
export const ERASURE_FAILPOINTS = [
  'erasure.before-rows', 'erasure.after-rows', 'erasure.before-archive', 'erasure.after-archive', 'erasure.before-files', 'erasure.after-files',
  'erasure.before-name', 'erasure.after-name', 'erasure.before-complete', 'erasure.after-complete',
] as const
