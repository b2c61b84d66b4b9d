// The protocol between the host and `@azure/functions` 4.x: what its missing package `@azure/functions-core` declares, as far as the library uses it.

export type LogLevel = 'trace' | 'debug' | 'information' | 'warning' | 'error' | 'critical' | 'none'
export type LogCategory = 'user' | 'system' | 'customMetric'

export type Binding = {
  readonly type?: string
  readonly direction?: 'in' | 'out' | 'inout'
  readonly [option: string]: unknown
}

export type RetryOptions = {
  readonly strategy?: string
  readonly retryStrategy?: string
  readonly maxRetryCount?: number
  readonly [option: string]: unknown
}

export type FunctionMetadata = {
  readonly name: string
  readonly functionId?: string
  /** By binding name. The return value's binding has the key `$return`. */
  readonly bindings: Readonly<Record<string, Binding>>
  readonly retryOptions?: RetryOptions
}

export type NullableValue<T> = { readonly value: T }

export type RpcHttpCookie = {
  readonly name: string
  readonly value: string
  readonly domain?: NullableValue<string> | null
  readonly path?: NullableValue<string> | null
  /** Seconds since 1970. */
  readonly expires?: NullableValue<{ readonly seconds: number }> | null
  readonly maxAge?: NullableValue<number> | null
  readonly secure?: NullableValue<boolean> | null
  readonly httpOnly?: NullableValue<boolean> | null
  /** `none` means "do not write the attribute", `explicitNone` is `SameSite=None`. */
  readonly sameSite?: 'none' | 'lax' | 'strict' | 'explicitNone'
}

export type RpcHttp = {
  readonly method?: string
  readonly url?: string
  readonly nullableHeaders?: Readonly<Record<string, NullableValue<string>>>
  readonly nullableParams?: Readonly<Record<string, NullableValue<string>>>
  readonly nullableQuery?: Readonly<Record<string, NullableValue<string>>>
  readonly statusCode?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly cookies?: readonly RpcHttpCookie[]
  readonly enableContentNegotiation?: boolean
  readonly body?: RpcTypedData | null
}

/** One of the fields is set. */
export type RpcTypedData = {
  readonly string?: string
  readonly json?: string
  readonly bytes?: Uint8Array
  readonly http?: RpcHttp
  readonly int?: number
  readonly double?: number
  readonly collectionString?: { readonly string: readonly string[] }
  readonly collectionBytes?: { readonly bytes: readonly Uint8Array[] }
}

export type TraceContext = {
  readonly traceParent: string
  readonly traceState: string
  readonly attributes: Readonly<Record<string, string>>
}

export type RetryContext = {
  readonly retryCount: number
  readonly maxRetryCount: number
  readonly exception?: { readonly message?: string; readonly source?: string; readonly stackTrace?: string }
}

export type InvocationRequest = {
  readonly invocationId: string
  readonly functionId: string
  readonly inputData: ReadonlyArray<{ readonly name: string; readonly data: RpcTypedData }>
  readonly triggerMetadata: Readonly<Record<string, RpcTypedData>>
  readonly traceContext?: TraceContext
  readonly retryContext?: RetryContext
}

export type InvocationState = 'preInvocationHooks' | 'postInvocationHooks' | 'invocation'

/** `state` is read by the library while the invocation runs, so it is the same object all the time. */
export type CoreInvocationContext = {
  readonly invocationId: string
  readonly request: InvocationRequest
  readonly metadata: FunctionMetadata
  state: InvocationState | undefined
  readonly log: (level: LogLevel, category: LogCategory, message: string) => void
}

export type InvocationResponse = {
  readonly invocationId: string
  readonly outputData?: ReadonlyArray<{ readonly name: string; readonly data: RpcTypedData }>
  readonly returnValue?: RpcTypedData | null
}

export type FunctionCallback = (...inputs: unknown[]) => unknown

/** What the library passes around as `InvocationContext`; the host hands it on and never looks inside. */
export type LibraryInvocationContext = object

export type InvocationModel = {
  readonly getArguments: () => Promise<{ context: LibraryInvocationContext; inputs: unknown[] }>
  readonly invokeFunction: (
    context: LibraryInvocationContext,
    inputs: unknown[],
    callback: FunctionCallback,
  ) => Promise<unknown>
  readonly getResponse: (context: LibraryInvocationContext, result: unknown) => Promise<InvocationResponse>
}

export type ProgrammingModel = {
  readonly name: string
  readonly version: string
  readonly getInvocationModel: (context: CoreInvocationContext) => InvocationModel
  readonly getCapabilities: (capabilities: Record<string, string>) => Promise<Record<string, string>>
}

export const hookNames = ['appStart', 'appTerminate', 'preInvocation', 'postInvocation', 'log'] as const
export type HookName = (typeof hookNames)[number]
/** A hook gets one object and changes its fields; the host reads back those that it may change. */
export type HookCallback = (context: object) => unknown

export type Registration = { readonly dispose: () => void }

/** What `require('@azure/functions-core')` gives the library. */
export type CoreApi = {
  readonly version: string
  readonly hostVersion: string
  readonly registerFunction: (metadata: FunctionMetadata, callback: FunctionCallback) => Registration
  readonly registerHook: (name: string, callback: HookCallback) => Registration
  readonly setProgrammingModel: (model: ProgrammingModel) => void
  readonly getProgrammingModel: () => ProgrammingModel | undefined
  readonly log: (level: LogLevel, category: LogCategory, message: string) => void
}
