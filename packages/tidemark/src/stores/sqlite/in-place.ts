/**
 * Every command that writes a transaction, by its word there: whether it works on events or identities in their own
 * places, so that all has to have settled before. An `append` does when it may replace, a migration when there are
 * intakes. To archive asks rows alone, which are up to date at once.
 */
export const IN_PLACE = {
  adjust: false,
  append: false,
  archive: false,
  capture: false,
  collect: false,
  erase: false,
  'erase-archive': false,
  'erase-complete': false,
  'erase-name': true,
  'erase-rows': true,
  hold: false,
  prune: false,
  recompute: true,
  release: false,
  retract: true,
  rollup: true,
  roster: false,
  zone: false,
} as const satisfies Record<string, boolean>

export type CommandWord = keyof typeof IN_PLACE
