/**
 * The instants around every durable step of a tiers run, beside those of the store's commands and of a publication
 * (archive/failpoints.ts). Crash tests stop the program at each.
 */
export const TIERS_FAILPOINTS = [
  'tiers.before-sweep', 'tiers.after-sweep', 'tiers.before-roll-up', 'tiers.after-roll-up',
  'tiers.before-archive-commit', 'tiers.after-archive-commit', 'tiers.before-prune', 'tiers.after-prune',
  'tiers.before-pack', 'tiers.after-pack', 'tiers.before-pack-rows', 'tiers.after-pack-rows',
] as const
