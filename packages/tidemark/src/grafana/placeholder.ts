/** Where Grafana puts a value of the dashboard: the name of a variable, or of a variable in a format. */
export const placeholder = (name: string): string => `\${${name}}`
