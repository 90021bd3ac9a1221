/** One entry an error: its exit code (1 failed, 2 usage), why in general, and how to mend it. */
export interface CatalogueEntry {
  readonly exit: 1 | 2
  readonly why: string
  readonly hint: string
}

/**
 * Every code Tidemark can raise. `docs/errors.md` has a section for each and no other;
 * a test holds the two together in both directions.
 */
export const CATALOGUE = {
  // Declarations
  NAME_UNUSABLE: {
    exit: 2,
    why: 'A name becomes a table, a column or a view, and must be one that SQL can carry.',
    hint: 'Use a letter followed by letters, digits or underscores, 48 characters at most, and none of the reserved words.',
  },
  NAME_TAKEN: {
    exit: 2,
    why: 'Two things of one name cannot be told apart; SQL ignores case, so case does not tell them apart either.',
    hint: 'Rename one of the two.',
  },
  FIELD_UNKNOWN: {
    exit: 2,
    why: 'The declaration names a field that the stream does not declare.',
    hint: 'Declare the field under `fields`, or name one that is declared.',
  },
  FIELD_UNFIT: {
    exit: 2,
    why: 'The field is declared, but its type cannot play this part.',
    hint: 'Use a field of the type named in the message.',
  },
  ZONE_UNKNOWN: {
    exit: 2,
    why: 'The zone is not one that the time zone database knows.',
    hint: 'Use an IANA name such as Europe/Berlin or UTC.',
  },
  KEEP_INVALID: {
    exit: 2,
    why: 'A retention policy must lead from day to its last tier without a gap.',
    hint: "Write ages as '90d', '12w', '18mo' or '3y', and 'archive' or 'forever' for the last tier.",
  },
  KEEP_TOO_SHORT: {
    exit: 2,
    why: 'Rows would be deleted while a coarser tier or an as-of question still needs them.',
    hint: 'Keep each tier longer than the one before it, and the day tier at least asOfDays.',
  },
  MEASURE_NOT_MERGEABLE: {
    exit: 2,
    why: 'Rows of this kind cannot be merged into a coarser tier without losing the answer.',
    hint: 'Leave the tier out of `keep`, or choose a kind that merges.',
  },
  RATIO_CYCLE: {
    exit: 2,
    why: 'A ratio is recomputed from its parts; a part that is the ratio itself has no value.',
    hint: 'Break the cycle: a ratio divides measures, not ratios that divide it.',
  },
  RATIO_PART_UNKNOWN: {
    exit: 2,
    why: 'A ratio divides two measures of its own series.',
    hint: 'Declare the measure, or name one that is declared and can be summed.',
  },
  TRIGGER_NEVER_FIRES: {
    exit: 2,
    why: 'No event that can reach this series would ever set the trigger off.',
    hint: 'Count a stream that feeds the series, and let `every` be a whole number of 1 or more.',
  },
  WINDOW_INVALID: {
    exit: 2,
    why: 'An anchored window is a whole number of months from a declared anchor.',
    hint: "Write { anchor: 'firstEvent', months: 4 }.",
  },
  DECLARATION_INVALID: {
    exit: 2,
    why: 'The declaration is not of the form that the types describe.',
    hint: 'Compare it with the reference in docs/declarations.md.',
  },
} as const satisfies Record<string, CatalogueEntry>

export type ErrorCode = keyof typeof CATALOGUE
