/**
 * How an answer is drawn, as data: what a dashboard needs to know of an answer beside its JSON. A path names a place in
 * the answer's document by its keys with points between them (`hours.value`); a path of a column or line is taken from
 * each row. Values are shown as they are written: decimals stay text. Every list may be empty, every value null.
 */
export type Panel = CardsPanel | GaugesPanel | ChartPanel | HeatPanel | RadarPanel | LinksPanel | TablePanel

/** `share` is a part of one, shown in per cent; other units are shown behind the number. */
export type Unit = 'share' | 'score' | (string & {})

/** A level from which a value has a colour and a word; the colour is never alone. */
export interface Level {
  /** From this value on; decimals as text. */
  readonly from: string
  readonly word: string
  readonly tone: 'quiet' | 'good' | 'warn' | 'bad' | 'worse'
}

/** One number a card, the change beside it. Rows: `{ name, value, previous, change, changeShare }`. */
export interface CardsPanel {
  readonly draw: 'cards'
  readonly rows: string
  readonly cards: readonly { readonly name: string; readonly title: string; readonly unit: Unit | null; readonly better: 'more' | 'less' | null; readonly opens: string | null }[]
}

/** An arc a row. Rows: `{ name, current, target, utilization, level? }`: where `level` is the word of one of `levels`, it goes before what the printed value has reached. */
export interface GaugesPanel {
  readonly draw: 'gauges'
  readonly rows: string
  readonly titles: Readonly<Record<string, string>>
  /** Where the arc ends. */
  readonly most: number
  readonly levels: readonly Level[]
  /** What is said where there is no target. */
  readonly none: string
  readonly opens: string | null
}

/** One line, area or bar: a list of rows and what it takes of each. */
export interface Trace {
  readonly title: string
  readonly rows: string
  readonly x: string
  readonly y: string
  /** Its lower edge: what is between the two is shaded. */
  readonly low?: string
  readonly as: 'line' | 'dashes' | 'area' | 'bars' | 'band'
  readonly axis: 'left' | 'right'
  /** Of traces with the same name, each lies on the one before. */
  readonly stack?: string
  readonly tone?: 'main' | 'quiet' | 'warn' | 'bad'
}

/** Values over days, weeks or months. */
export interface ChartPanel {
  readonly draw: 'chart'
  readonly left: { readonly title: string; readonly unit: Unit | null }
  readonly right: { readonly title: string; readonly unit: Unit | null } | null
  readonly traces: readonly Trace[]
  /** Level lines, at a value of the document or a fixed one. */
  readonly lines: readonly { readonly title: string; readonly at: { readonly path: string } | { readonly value: string }; readonly tone: 'warn' | 'bad' }[]
  /** Days that are marked, from the document. */
  readonly marks: readonly { readonly title: string; readonly path: string }[]
  /** Single values told beside the chart. */
  readonly facts: readonly { readonly title: string; readonly path: string; readonly unit: Unit | null }[]
}

/** A cell for each pair of words. */
export interface HeatPanel {
  readonly draw: 'heat'
  readonly rows: string
  readonly x: { readonly path: string; readonly title: string; readonly words: readonly string[] }
  readonly y: { readonly path: string; readonly title: string; readonly words: readonly string[] }
  readonly value: { readonly path: string; readonly title: string; readonly unit: Unit | null }
}

/** An axis a row, the value now filled, the one before as an outline. */
export interface RadarPanel {
  readonly draw: 'radar'
  readonly rows: string
  readonly axis: string
  readonly value: string
  readonly before: string
  readonly least: number
  readonly most: number
}

/** A list of texts with links to their source. */
export interface LinksPanel {
  readonly draw: 'links'
  readonly rows: string
  readonly text: string
  readonly url: string
  readonly score: { readonly path: string; readonly title: string }
  readonly facts: readonly { readonly title: string; readonly path: string }[]
}

/** A row each. */
export interface TablePanel {
  readonly draw: 'table'
  readonly rows: string
  readonly columns: readonly {
    readonly title: string
    readonly path: string
    readonly unit: Unit | null
    readonly levels?: readonly Level[]
    /** Where a row tells the word of its level itself: it goes before what the printed value has reached. */
    readonly level?: string
    /** An entity: shown by its name where it has one, and opens its page. */
    readonly entity?: true
  }[]
  /** The column and way of its first order. */
  readonly order: { readonly path: string; readonly way: 'up' | 'down' } | null
}

/** What an answer can be asked with; days are local and half-open, instants ISO 8601. */
export const ANSWER_WORDS = ['tenant', 'entity', 'from', 'to', 'grain', 'at', 'before', 'horizon', 'most', 'threshold'] as const
export type AnswerWord = (typeof ANSWER_WORDS)[number]

/** An answer of the project as a server tells of it: `GET /v1/answers`; the document itself is at `GET /v1/answers/{name}`. */
export interface ToldAnswer {
  readonly name: string
  readonly title: string
  /** One sentence for people: what it says, and of what. */
  readonly summary: string
  readonly words: readonly { readonly word: AnswerWord; readonly required: boolean }[]
  readonly panel: Panel | null
  /** Where it stands on the project's page: rows from the top, panels side by side. Null: not on the page. */
  readonly place: { readonly row: number; readonly column: number; readonly width: 'third' | 'half' | 'whole' } | null
  /** Where the document keeps its coverage: a path, or of each row. */
  readonly coverage: { readonly path: string } | { readonly rows: string; readonly path: string }
}
