import type { QueryAnswer, WindowAnswer } from '../query/answer.ts'
import type { QueryRequest, WindowRequest } from '../query/request.ts'
import type { Tidemark } from '../tidemark.ts'
import type { Alert } from '../watch/desk.ts'
import type { AlertState } from '../stores/contract/alert.ts'

/**
 * What an answer may read of a history: its typed questions, and nothing else. An open history is one; so is a history
 * behind the gate, where each question is put for whoever asks.
 */
export interface Reader extends Pick<Tidemark, 'now' | 'query' | 'window' | 'forecast' | 'latest' | 'stateAt' | 'latestAll' | 'rank'> {
  ask(series: string, request: QueryRequest): Promise<QueryAnswer>
  askWindows(series: string, request: WindowRequest): Promise<WindowAnswer>
  readonly alerts: { list(filter?: { readonly states?: readonly AlertState[] }): Promise<readonly Alert[]> }
}
