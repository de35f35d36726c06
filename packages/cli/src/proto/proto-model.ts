import type { DType, MapKeyName, MethodKind, ScalarName } from '@tensorkit/core'

/** What a field holds. */
export type TypeModel =
  | { readonly kind: 'scalar'; readonly scalar: ScalarName }
  | { readonly kind: 'tensor'; readonly dtype?: DType; readonly rank?: number }
  | { readonly kind: 'enum'; readonly of: EnumModel }
  | { readonly kind: 'message'; readonly of: MessageModel }

/** A field of a {@link MessageModel}. */
export interface FieldModel {
  /** In lowerCamelCase. */
  readonly name: string
  readonly number: number
  readonly label: 'singular' | 'optional' | 'repeated' | 'map'
  readonly type: TypeModel
  /** Of a map. */
  readonly key?: MapKeyName
  /** Of a repeated field or a map. */
  readonly maxItems?: number
  readonly comment?: string | undefined
}

/** A message of a `.proto`. */
export interface MessageModel {
  readonly kind: 'message'
  /** In its package: `Point`, `Outer.Inner`. */
  readonly name: string
  readonly fields: readonly FieldModel[]
  readonly comment?: string | undefined
}

/** An enum of a `.proto`. */
export interface EnumModel {
  readonly kind: 'enum'
  readonly name: string
  readonly values: readonly { readonly name: string; readonly number: number; readonly comment?: string | undefined }[]
  readonly comment?: string | undefined
}

/** A method of a {@link ServiceModel}. */
export interface MethodModel {
  /** In lowerCamelCase. */
  readonly name: string
  readonly kind: MethodKind
  readonly request: MessageModel
  readonly response: MessageModel
  readonly comment?: string | undefined
}

/** A service of a `.proto`: what becomes a protocol. */
export interface ServiceModel {
  /** Such as `forecast.v1.Forecaster`. */
  readonly fullName: string
  readonly name: string
  readonly methods: readonly MethodModel[]
  /** Every message and enum that it uses, each after those that it needs. */
  readonly types: readonly (MessageModel | EnumModel)[]
  readonly comment?: string | undefined
}
