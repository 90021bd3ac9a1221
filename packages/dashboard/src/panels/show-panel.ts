/** Goes to a panel of the page, by scroll and by focus. */
export function showPanel(name: string): void {
  const panel = document.querySelector<HTMLElement>(`[data-panel="${CSS.escape(name)}"]`)
  if (panel === null) return
  panel.tabIndex = -1
  panel.scrollIntoView({ behavior: 'smooth', block: 'start' })
  panel.focus({ preventScroll: true })
}
