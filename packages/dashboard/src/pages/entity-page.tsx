import { Button, Input, Title, VisuallyHidden } from '@mantine/core'
import { useSearch } from '@tanstack/react-router'
import { Fragment, useId, useState } from 'react'
import type { Schemas } from '../api/client.ts'
import { useDeclarations, useEntity, useFirstEntity, useMe, useToldAnswers } from '../api/hooks.ts'
import { KIND_TITLES } from '../entity/timeline-entry.ts'
import { drawnMeasures, MeasurePanels } from '../entity/measure-panels.tsx'
import { RowPanel } from '../entity/row-panel.tsx'
import { StatePanel } from '../entity/state-panel.tsx'
import { TimelinePanel } from '../entity/timeline-panel.tsx'
import { wordsOf } from '../format/amount.ts'
import { entityLabel } from '../format/entity.ts'
import { instantText } from '../format/instant.ts'
import { localDay } from '../format/local.ts'
import { dayText, isDay } from '../format/period.ts'
import { MOST_CHARTS } from '../generic/series-panels.ts'
import { AnswerPanel } from '../panels/answer-panel.tsx'
import { inPlace } from '../panels/in-place.ts'
import { PanelLayout, PanelPlace } from '../panels/panel-layout.tsx'
import { useUsualEntity } from '../panels/use-usual-entity.ts'
import { type EntitySearch, TOLD_KINDS, type ToldKind } from '../search/entity-search.ts'
import { type Place, usePlace } from '../search/use-place.ts'
import { useChange } from '../search/use-change.ts'
import { useShared } from '../search/use-shared.ts'
import { Choice } from '../shell/choice.tsx'
import { EntityPicker } from '../shell/entity-picker.tsx'
import { Page } from '../shell/page.tsx'
import { EmptyState } from '../states/empty-state.tsx'
import { LoadingState } from '../states/loading-state.tsx'
import { ProblemState } from '../states/problem-state.tsx'

/** One entity: what it is like, what happened to it and why, and how it went. */
export function EntityPage() {
  const place = usePlace()
  const declarations = useDeclarations()
  const me = useMe().data
  const kind = place.series?.of.name ?? 'entity'
  const usual = useUsualEntity(place)
  const entity = place.entity ?? usual
  const entities = useFirstEntity(place.series?.name, place.tenant)
  const known = useEntity(place.series?.name, place.tenant, entity)
  const title = `One ${wordsOf(kind).toLowerCase()}`
  const unread = me !== undefined && !me.actions.includes('read')
  const content = () => {
    if (unread) return <EmptyState title={`A ${me.role} sees totals only`}>What is about one {wordsOf(kind).toLowerCase()} needs the right to read. You are signed in as {me.name}; an administrator can make a token of another role.</EmptyState>
    if (declarations.error !== null) return <ProblemState error={declarations.error} onRetry={() => void declarations.refetch()} />
    if (declarations.data === undefined) return <LoadingState height={320} />
    if (place.series === undefined) return <EmptyState title="The project declares no series">A series says what is kept of each entity. tidemark.config.ts declares them.</EmptyState>
    if (place.tenant === undefined || (entity === undefined && entities.data?.entities.length === 0)) return <EmptyState title="Nothing has a history yet">Ingest events or capture, and come back.</EmptyState>
    if (entity === undefined) return <LoadingState height={320} />
    return <OneEntity key={`${place.series.name}\n${place.tenant}`} series={place.series} tenant={place.tenant} entity={entity} zone={known?.zone ?? place.series.of.zone} name={entityLabel(known ?? { entity })} place={place} />
  }
  return (
    <Page title={entity === undefined || unread ? title : entityLabel(known ?? { entity })} about={entity === undefined || unread ? place.tenant : aboutText(kind, place.tenant, entity, known)}>
      {content()}
    </Page>
  )
}

function aboutText(kind: string, tenant: string | undefined, entity: string, known: Schemas['Entities']['entities'][number] | undefined): string {
  return [
    `${wordsOf(kind)} of ${tenant}`, ...(known === undefined ? [] : [`on the clock of ${known.zone}`, `since ${dayText(known.enrolled)}`]), ...(entityLabel(known ?? { entity }) === entity ? [] : [entity]),
  ].join(' · ')
}

interface OneEntityProps {
  readonly series: Schemas['DeclaredSeries']
  readonly tenant: string
  readonly entity: string
  readonly zone: string
  readonly name: string
  readonly place: Place
}

function OneEntity({ series, tenant, entity, zone, name, place }: OneEntityProps) {
  const { at, row, told, measures } = useSearch({ strict: false }) as EntitySearch
  const [search, changeShared] = useShared()
  const [said, setSaid] = useState({ entity, text: '' })
  const say = (text: string): void => setSaid({ entity, text })
  const change = useChange<EntitySearch>()
  const choose = (moment: string): void => {
    // A day has a row, but no state of its own: what is shown of the state stays.
    change({ row: moment, ...(moment.includes('T') ? { at: moment } : {}) })
    say(moment.includes('T') ? `The state of ${name} at ${instantText(moment, zone)} and its row are shown.` : `The row of ${dayText(moment)} is shown.`)
  }
  const answers = (useToldAnswers().data ?? []).filter(({ panel, words }) => panel !== null && words.some(({ word }) => word === 'entity'))
  const ordered = [...inPlace(answers), ...answers.filter((one) => one.place === null)]
  const known = { tenant, entity, entityChosen: true, from: place.range.from, to: place.range.to, ranged: place.ranged, grain: search.grain }
  const collected = series.source === 'collected'
  const drawn = drawnMeasures(series)
  return (
    <>
      <VisuallyHidden role="status" data-said="">{said.entity === entity ? said.text : ''}</VisuallyHidden>
      <Choices series={series} tenant={tenant} entity={entity} told={told} day={row === undefined ? '' : row.includes('T') ? localDay(row, zone) : row} onEntity={(value) => changeShared({ entity: value })} onTold={(value) => change({ told: value })} onDay={choose} />
      {/* The choice stays, and with it the focus of who has chosen. */}
      <Fragment key={entity}>
        <PanelLayout>
          {collected && <PanelPlace width="half"><StatePanel series={series} tenant={tenant} entity={entity} zone={zone} at={at} onNow={() => { change({ at: undefined, row: undefined }); say(`The state of ${name} now is shown.`) }} /></PanelPlace>}
          <PanelPlace width="half"><TimelinePanel series={series} tenant={tenant} entity={entity} zone={zone} range={place.ranged ? place.range : null} told={told} chosen={row} onChoose={choose} /></PanelPlace>
          <PanelPlace width={collected ? 'whole' : 'half'}><RowPanel series={series} tenant={tenant} entity={entity} zone={zone} moment={row} /></PanelPlace>
        </PanelLayout>
        {ordered.length > 0 && <Title order={2}>The project’s answers</Title>}
        {ordered.length > 0 && <PanelLayout>{ordered.map((one) => <PanelPlace key={one.name} width={one.place?.width === 'whole' ? 'whole' : 'half'}><AnswerPanel told={one} known={known} /></PanelPlace>)}</PanelLayout>}
        <Title order={2}>Each measure over time</Title>
        <MeasurePanels series={series} tenant={tenant} entity={entity} place={place} all={measures === 'all'} />
        {drawn > MOST_CHARTS && <div><Button variant="default" aria-expanded={measures === 'all'} onClick={() => change({ measures: measures === 'all' ? undefined : 'all' })}>{measures === 'all' ? 'Show those that say most' : `Show all ${drawn} measures`}</Button></div>}
      </Fragment>
    </>
  )
}

interface ChoicesProps {
  readonly series: Schemas['DeclaredSeries']
  readonly tenant: string
  readonly entity: string
  readonly told: ToldKind | undefined
  /** Of the row that is looked at; empty: none is. */
  readonly day: string
  readonly onEntity: (entity: string) => void
  readonly onTold: (told: ToldKind | undefined) => void
  readonly onDay: (day: string) => void
}

function Choices({ series, tenant, entity, told, day, onEntity, onTold, onDay }: ChoicesProps) {
  const id = useId()
  return (
    <div style={{ display: 'flex', flexWrap: 'wrap', gap: '8px 12px', alignItems: 'end' }}>
      <EntityPicker label={wordsOf(series.of.name)} series={series.name} tenant={tenant} entity={entity} onChange={onEntity} />
      <Choice label="Timeline of" value={told ?? ''} options={[{ value: '', text: 'Everything' }, ...TOLD_KINDS.map((value) => ({ value, text: KIND_TITLES[value] }))]} onChange={(value) => onTold(value === '' ? undefined : value as ToldKind)} />
      <Input.Wrapper label="Row of the day" id={id} size="xs">
        <Input type="date" id={id} size="sm" value={day} onChange={(event) => { if (isDay(event.currentTarget.value)) onDay(event.currentTarget.value) }} />
      </Input.Wrapper>
    </div>
  )
}
