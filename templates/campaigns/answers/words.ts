import type { DatabaseSync } from 'node:sqlite'
import { addDays, dayAt } from './day-text.ts'
import type { Words } from './menu.ts'
import type { Said } from './said.ts'
import { USUAL_DAYS } from './usual-range.ts'

/** Fills in what was not said: the company with most campaigns, its busiest one, the last four weeks. */
export function wordsOf(app: DatabaseSync, now: number, said: Said): Words {
  const named = said.campaign === undefined ? undefined : app.prepare('SELECT id, company_id FROM campaigns WHERE id = ?1 OR name = ?1').get(said.campaign)
  const company = said.company ?? named?.['company_id'] ?? app.prepare('SELECT company_id AS id FROM campaigns GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1').get()?.['id'] ?? ''
  const busiest = app.prepare(`
    SELECT c.id FROM campaigns c JOIN campaign_totals t ON t.campaign = c.number
    WHERE c.company_id = ? ORDER BY c.status = 'active' DESC, t.sessions DESC, c.number LIMIT 1`).get(String(company))
  const to = said.to ?? addDays(dayAt(Math.max(now, said.from === undefined ? 0 : Date.parse(said.from))), 1)
  return {
    company: String(company), campaign: String(named?.['id'] ?? said.campaign ?? busiest?.['id'] ?? ''), ofCampaign: said.campaign !== undefined,
    from: said.from ?? addDays(to, -USUAL_DAYS), to, ofRange: said.from !== undefined, today: dayAt(now),
    ...(said.grain === undefined ? {} : { grain: said.grain }), ...(said.horizon === undefined ? {} : { horizon: said.horizon }), ...(said.most === undefined ? {} : { most: said.most }),
  }
}
