import { createTheme, type CSSVariablesResolver, type MantineColorsTuple } from '@mantine/core'

const TIDE: MantineColorsTuple = ['#e6f4fc', '#cbe5f6', '#9bccea', '#68b1dd', '#3f9ad1', '#1d86c5', '#0072b2', '#005f96', '#004d7a', '#003a5e']

export const theme = createTheme({
  primaryColor: 'tide', primaryShade: { light: 6, dark: 5 }, colors: { tide: TIDE }, defaultRadius: 'md', autoContrast: true, cursorType: 'pointer', respectReducedMotion: true,
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif', fontFamilyMonospace: 'ui-monospace, "SF Mono", Menlo, Consolas, monospace',
  headings: { fontWeight: '650', sizes: { h1: { fontSize: '1.5rem' }, h2: { fontSize: '1.05rem' } } },
})

/** Mantine's own dimmed text is too pale for WCAG AA on either ground. */
export const variables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-dimmed': '#5c636a', '--mantine-color-placeholder': '#6a7178', '--mantine-color-error': '#b02a2a', '--tm-ground': '#f5f7f9', '--tm-surface': '#ffffff', '--tm-line': '#dee2e6', '--tm-link': '#00639c',
    '--tm-good': '#00694f', '--tm-bad': '#a84300', '--tm-warn': '#7a5200', '--tm-worse': '#8c2d04', '--tm-good-fill': '#009e73', '--tm-warn-fill': '#e69f00', '--tm-bad-fill': '#d55e00', '--tm-worse-fill': '#8c2d04', '--tm-quiet-fill': '#8a9097', '--tm-main-fill': '#0072b2', '--tm-track': '#e5e9ed',
  },
  dark: {
    '--mantine-color-body': '#14171a', '--mantine-color-dimmed': '#a9b0b7', '--mantine-color-placeholder': '#9aa1a8', '--mantine-color-error': '#ff8f8f', '--tm-ground': '#14171a', '--tm-surface': '#1d2126', '--tm-line': '#343a41', '--tm-link': '#7cc4f0',
    '--tm-good': '#3fd0a4', '--tm-bad': '#ff9d5c', '--tm-warn': '#f0b429', '--tm-worse': '#ff8a8a', '--tm-good-fill': '#00b586', '--tm-warn-fill': '#f0b429', '--tm-bad-fill': '#ff8a3d', '--tm-worse-fill': '#ff6b6b', '--tm-quiet-fill': '#868e96', '--tm-main-fill': '#56b4e9', '--tm-track': '#343a41',
  },
})
