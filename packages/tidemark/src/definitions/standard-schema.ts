/**
 * The part of Standard Schema (standardschema.dev, version 1) that a payload is checked with: zod, valibot and arktype
 * schemas are such. Structural, so that none of them is a dependency.
 */
export interface StandardSchema<Output = unknown> {
  readonly '~standard': {
    readonly version: 1
    readonly vendor: string
    readonly validate: (value: unknown) => StandardResult<Output> | Promise<StandardResult<Output>>
    readonly types?: { readonly input: unknown; readonly output: Output } | undefined
  }
}

type StandardResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly { readonly message: string; readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined }[] }

export type SchemaOutput<S extends StandardSchema> = NonNullable<S['~standard']['types']>['output']
