import type { ToldAnswer } from '../../../tidemark/src/panels/panel.ts'

/** Answers that have a place, row by row from the top, each row from the left. */
export function inPlace(answers: readonly ToldAnswer[]): readonly ToldAnswer[] {
  return answers.filter(({ place, panel }) => place !== null && panel !== null)
    .toSorted((a, b) => (a.place?.row ?? 0) - (b.place?.row ?? 0) || (a.place?.column ?? 0) - (b.place?.column ?? 0))
}
