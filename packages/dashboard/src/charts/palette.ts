export type Scheme = 'light' | 'dark'

/** Okabe and Ito's colours, which people who see colours differently tell apart; yellow is left out on white. */
const HUES: Readonly<Record<Scheme, readonly string[]>> = {
  light: ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9', '#555555'],
  dark: ['#56b4e9', '#e69f00', '#00b586', '#cc79a7', '#f0e442', '#ff8a3d', '#bbbbbb'],
}

/** The colours of a chart in a theme. */
export interface Palette {
  readonly hues: readonly string[]
  readonly main: string
  readonly quiet: string
  readonly warn: string
  readonly bad: string
  readonly good: string
  readonly worse: string
  readonly text: string
  readonly faint: string
  readonly line: string
  readonly surface: string
}

export const PALETTES: Readonly<Record<Scheme, Palette>> = {
  light: {
    hues: HUES.light, main: '#0072b2', quiet: '#767676', good: '#00795a', warn: '#e69f00', bad: '#d55e00', worse: '#8c2d04',
    text: '#343a40', faint: '#5c636a', line: '#dee2e6', surface: '#ffffff',
  },
  dark: {
    hues: HUES.dark, main: '#56b4e9', quiet: '#9a9a9a', good: '#00b586', warn: '#f0b429', bad: '#ff8a3d', worse: '#ff6b6b',
    text: '#dfe2e6', faint: '#a9b0b7', line: '#3a3f46', surface: '#1d2126',
  },
}
