import type { MigrationPlan, MigrationStep } from '../contract/schema.ts'

const SIGNS: Readonly<Record<MigrationStep['kind'], string>> = {
  'create-store': '+', 'upgrade-store': '~', 'create-stream': '+', 'create-series': '+', 'add-field': '+', 'add-measure': '+',
  'drop-measure': '-', 'drop-series': '-', 'drop-field': '-', 'change-definition': '~',
}

/** A plan as lines for a terminal: the versions, then a line a step, what is lost named last. */
export function describePlan(plan: MigrationPlan): string[] {
  if (plan.steps.length === 0) return [`nothing to do: the store is at version ${plan.to}`]
  return [
    `version ${plan.from} → ${plan.to}`,
    ...plan.steps.map(({ kind, text, loses }) => `  ${SIGNS[kind]} ${text}${loses === null ? '' : ` (loses ${loses})`}`),
  ]
}
