import { TidemarkError } from './errors.ts'
import type { Clock } from './clock.ts'
import type { Declared } from './declared.ts'
import { isCollected } from './definitions/series.ts'
import type { AppliedMigration, MigrationPlan, StoredSchema } from './stores/contract/schema.ts'
import type { Store } from './stores/contract/store.ts'
import { describePlan } from './stores/schema/describe-plan.ts'
import { planBack, planMigration } from './stores/schema/plan-migration.ts'

/** Where a migration leads, and what it may cost. */
export interface MigrateOptions {
  /** Names whose history may go: `activity.fix`. */
  readonly acceptDataLoss?: readonly string[]
  /** Back to an applied version, where nothing is lost by it. */
  readonly to?: number
}

/** What was applied to a store, and what is to be done. */
export interface MigrationStatus {
  /** 0: nothing of ours is there yet. */
  readonly version: number
  readonly applied: readonly AppliedMigration[]
  /** What leads to the declarations; what that loses is named in it, accepted or not. */
  readonly pending: MigrationPlan
}

/** Brings a store to what is declared: plan first, then apply. */
export class Migrations {
  readonly #store: Store
  readonly #declared: Declared
  readonly #clock: Clock

  constructor(store: Store, declared: Declared, clock: Clock) {
    this.#store = store
    this.#declared = declared
    this.#clock = clock
  }

  /** What `apply` would do. Throws MIGRATION_LOSSY for a loss that is not accepted by name. */
  async plan(options: MigrateOptions = {}): Promise<MigrationPlan> {
    const stored = await this.#store.schema()
    return options.to === undefined
      ? planMigration(stored, this.#declared.series, options.acceptDataLoss ?? [])
      : planBack(stored, options.to)
  }

  /** The plan as lines for people: the versions, then a line a step. */
  describe(plan: MigrationPlan): readonly string[] {
    return describePlan(plan)
  }

  /** Carries the plan out. Throws MIGRATION_RACED when another process was faster. */
  async apply(plan: MigrationPlan): Promise<void> {
    if (plan.steps.length > 0) await this.#store.migrate(plan, this.#clock())
  }

  async status(): Promise<MigrationStatus> {
    const stored = await this.#store.schema()
    return { version: stored.migrations.at(-1)?.version ?? 0, applied: stored.migrations, pending: pendingPlan(stored, this.#declared) }
  }
}

/** The plan with every loss accepted, to look at: it is never applied. */
export function pendingPlan(stored: StoredSchema, declared: Declared): MigrationPlan {
  const names = stored.series.flatMap(({ definition }) => [
    definition.name,
    ...Object.keys(definition.measures).map((measure) => `${definition.name}.${measure}`),
    ...(isCollected(definition) ? [`${definition.name}.payload`] : Object.keys(definition.stream.fields).map((field) => `${definition.stream.name}.${field}`)),
  ])
  return planMigration(stored, declared.series, names)
}

/** Creates a brand-new store as declared; refuses one that holds something else (MIGRATION_NEEDED). Ten starters may race. */
export async function bringUp(store: Store, declared: Declared, clock: Clock): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const stored = await store.schema()
    const plan = pendingPlan(stored, declared)
    if (plan.steps.length === 0) return
    if (stored.format !== 0) throw migrationNeeded(plan)
    try {
      await store.migrate(plan, clock())
      return
    } catch (error) {
      // Another starter made it first: look again at what it made.
      if (!(error instanceof TidemarkError) || error.code !== 'MIGRATION_RACED' || attempt >= 3) throw error
    }
  }
}

export function migrationNeeded(plan: MigrationPlan): TidemarkError {
  return new TidemarkError('MIGRATION_NEEDED', 'the store does not hold what is declared', {
    why: `The declarations differ from what the store holds; a migration ${plan.steps.map(({ text }) => text).join('; ')}.`,
    hint: 'See the plan with tidemark migrate --dry-run, and apply it with tidemark migrate.',
  })
}
