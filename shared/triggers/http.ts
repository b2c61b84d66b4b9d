// The shape of an HTTP function: everything that the host, the pipeline, the OpenAPI document and the tests need to know of it.
import * as z from 'zod'
import type { AnyoneCaller, Caller, CallerOf, CallerRule, PlatformCaller } from '../auth/caller.ts'
import type { AuditAction } from '../audit-log/audit-entry.ts'
import type { SettingName } from '../config/settings.ts'
import type { ErrorCode } from '../error-table.ts'
import type { AppError } from '../errors.ts'
import type { Freshness } from '../http/cache-control.ts'
import type { PathCookie } from '../http/cookies.ts'
import type { ServerEvent } from '../http/event-stream.ts'
import type { Rate } from '../http/rate-limit.ts'
import type { BodyFormat } from '../http/request-input.ts'
import type { FlowClient } from '../flows/flow-client.ts'
import type { Integration } from '../integrations.ts'
import type { HandlerTools } from './handler-tools.ts'
import { type NamedSchema, type SchemaNamed, type SchemaSource, sourceOf } from './schema-source.ts'
import type { Uses } from './uses.ts'

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** Schemas of the possible answers by status; `noBody` for those without one. */
type Returns<C = object> = Readonly<Record<number, NamedSchema<C>>>

export const noBody = z.undefined()

/** The schema of an answer that is text and no JSON. */
export const textOf = (mediaType: string): z.ZodString => z.string().meta({ mediaType })

/** Of a schema made by `textOf`; undefined for JSON. */
export const mediaTypeOf = (schema: z.ZodType): string | undefined => {
  const mediaType: unknown = schema.meta()?.['mediaType']
  return typeof mediaType === 'string' ? mediaType : undefined
}

/** One of the answers that a definition declares. The body is held to the schema of its status before it is sent. */
export type Reply<R extends Returns<C> = Returns, C = object> = {
  [Status in keyof R & number]: {
    readonly status: Status
    readonly body?: z.input<SchemaNamed<C, R[Status]>>
    readonly headers?: Readonly<Record<string, string>>
    readonly cookies?: readonly PathCookie[]
    /** There are failures in it that may pass: a repetition with its Idempotency-Key is carried out again. */
    readonly mayDiffer?: boolean
    /**
     * Of an answer that shows a secret, once: the same without it. This is what a repetition with its Idempotency-Key gets, so that the secret
     * is in no table.
     */
    readonly withoutSecret?: z.input<SchemaNamed<C, R[Status]>>
    /** Ids of what came into being: the audit log has them in an entry after the act. */
    readonly made?: Readonly<Record<string, string>>
  }
}[keyof R & number]

/** An answer that is a stream of events, where the definition says `events`. Its status is 200, whatever happens later. */
export type EventsReply = {
  readonly status?: undefined
  /** Begun when the caller reads, ended when it leaves. A throw ends the stream with one more event. */
  readonly events: AsyncIterable<ServerEvent>
  /** What the caller is told then: the event `error` with the problem document, unless the wire wants another form. */
  readonly failureEvent?: (error: AppError) => ServerEvent
  readonly headers?: Readonly<Record<string, string>>
}

type TenantOf<C extends Caller> = C extends AnyoneCaller | PlatformCaller ? undefined : string
type ActorOf<C extends Caller> = C extends AnyoneCaller ? undefined : string

/** What the handler is given: all of it has passed the definition's schemas and rules. */
export type HttpInput<Rule extends CallerRule, Params, Query, Body> = HandlerTools & {
  readonly caller: CallerOf<Rule>
  /** The caller's, as its credential says; of an operator the one that the access is to; undefined of anyone. */
  readonly tenantId: TenantOf<CallerOf<Rule>>
  /** Who it is, for records: opaque; undefined of anyone. */
  readonly actor: ActorOf<CallerOf<Rule>>
  readonly params: Params
  readonly query: Query
  readonly body: Body
  /** Only with `flows: true`. */
  readonly flows: () => Promise<FlowClient>
  /** Every value of a cookie of that name, in the order they arrived. */
  readonly cookies: (name: string) => readonly string[]
  readonly bodyFormat: BodyFormat | undefined
  /** Aborted when the caller left, within 100 ms, in an app with HTTP streaming on: one that has a definition with `events`. */
  readonly signal: AbortSignal
  /** The definition has `events`, and the caller asks for them (`Accept: text/event-stream`). */
  readonly wantsEvents: boolean
  /** Whether an answer that was kept will do, of one that `givesKeptAnswers`. */
  readonly freshness: Freshness
  /** The id of the last event that a caller had who lost the stream (`Last-Event-ID`). Whatever they say. */
  readonly lastEventId: string | undefined
}

type Definition<
  Rule extends CallerRule,
  C,
  P extends NamedSchema<C>,
  Q extends NamedSchema<C>,
  B extends NamedSchema<C>,
  R extends Returns<C>,
> = {
  /** `<product>-<verb>-<noun>`; at most 128 of `a-z 0-9 -`. */
  readonly name: string
  readonly method: Method
  /** ASP.NET Core route template below the route prefix, e.g. `code/tickets/{ticketId}`. */
  readonly route: string
  /**
   * For one whose path has ids that others choose, which may hold a slash: the route of its query form. There the parameters of the path
   * are those of the query, so it cannot have a query of its own.
   */
  readonly queryRoute?: string
  /** One line for the OpenAPI document. */
  readonly summary: string
  /** Who may call; a caller that fits one of them is let in. */
  readonly callers: readonly Rule[]
  /** Settings without which it can only answer 503. Storage and sign-in add their own. */
  readonly needs?: readonly SettingName[]
  readonly uses?: Uses
  /** Health alone: it answers also when the settings that every function needs are not usable, to say so. */
  readonly answersUnconfigured?: true
  /** Where the schemas are that `params`, `query`, `body` and `returns` name; loaded by the first call that needs one. */
  readonly contract?: () => Promise<C>
  readonly params?: P
  readonly query?: Q
  readonly body?: B
  readonly accepts?: readonly BodyFormat[]
  /** Largest body in bytes, 65,536 unless told. */
  readonly bodyBytesMax?: number
  readonly returns: R
  /** The 200 may be a stream of server-sent events: the schema of each by its name, `message` for one without. */
  readonly events?: Readonly<Record<string, NamedSchema<C>>>
  /** Failures beyond those that every function can have. */
  readonly errors?: readonly ErrorCode[]
  /**
   * As incidents name it; whatever calls a peer says it. Failures at the peer are incidents, also those that the handler makes good, and a
   * call that the peer answers closes them.
   */
  readonly integration?: Integration
  /** What it does there, in words. */
  readonly operation?: string
  /** How much a failure matters: `high` wakes somebody up. */
  readonly severity?: 'high' | 'normal'
  readonly rate?: Rate
  /**
   * What the audit log of the caller's organization calls it (R11). It is recorded before it is done. What operators do to an organization is
   * recorded there without being asked for; other acts of theirs are in the platform's own log.
   */
  readonly audit?: AuditAction
  /**
   * The entry is written while the handler works: for one that first does what can be taken back, and waits with the rest until it is recorded, as
   * calls of models and writes into peers do by themselves. Nothing is answered before.
   */
  readonly auditsBeside?: true
  /** Products tell it of their own, all day long: what people do by it is recorded, and no more. */
  readonly auditsPeopleAlone?: true
  /** Members of the body that the entry repeats: ids and words of ours. */
  readonly auditFacts?: readonly string[]
  /** It starts orchestrations, or asks how far they are. */
  readonly flows?: true
  /**
   * Of one whose answer is kept nowhere, so that a repetition cannot be given the same: whether an `Idempotency-Key` is refused, or, where
   * clients send one unasked, has no effect.
   */
  readonly idempotencyKey?: 'refused' | 'ignored'
  /** Its answer may have been made earlier, unless the caller's `Cache-Control` says otherwise. */
  readonly givesKeptAnswers?: true
  /** For clients of the OpenAI API: the integration key comes as `Authorization: Bearer`, and failures have that API's form. */
  readonly wire?: 'openai'
  /** Sign-in alone takes posts from another site: Hub's, which a nonce proves besides. */
  readonly crossSite?: 'refused' | 'from-hub'
  /** Whom a failure is shown to: sign-in shows it to a person as a page when the browser asks for one. */
  readonly showsProblemsAsPage?: { readonly signInAgain: string }
  readonly handler: (
    input: HttpInput<Rule, z.output<SchemaNamed<C, P>>, z.output<SchemaNamed<C, Q>>, z.output<SchemaNamed<C, B>>>,
  ) => Promise<Reply<NoInfer<R>, NoInfer<C>> | EventsReply> | Reply<NoInfer<R>, NoInfer<C>> | EventsReply
}

/** A definition whose types have served their purpose; the schemas still hold what comes in and goes out to them. */
export type HttpDefinition = Omit<
  Definition<CallerRule, object, SchemaSource, SchemaSource, SchemaSource, Readonly<Record<number, SchemaSource>>>,
  'handler' | 'contract' | 'events'
> & {
  readonly kind: 'http'
  readonly events?: Readonly<Record<string, SchemaSource>>
  /** Of a query form: the name of the function that it is the other way into. Both are one to limits and repetitions. */
  readonly pathForm?: string
  readonly handler: (input: HttpInput<never, never, never, never>) => Promise<Reply | EventsReply> | Reply | EventsReply
}

/** Declares an HTTP function. Nothing happens until `register` hands it to an app. */
export const http = <
  Rule extends CallerRule,
  const R extends Returns<C>,
  C = object,
  const P extends NamedSchema<C> = z.ZodUndefined,
  const Q extends NamedSchema<C> = z.ZodUndefined,
  const B extends NamedSchema<C> = z.ZodUndefined,
>({
  contract,
  params,
  query,
  body,
  returns,
  events,
  ...definition
}: Definition<Rule, C, P, Q, B, R>): HttpDefinition => {
  const source = (schema: NamedSchema<C>): SchemaSource => sourceOf(contract, schema)
  const sources = (schemas: Readonly<Record<string, NamedSchema<C>>>): Record<string, SchemaSource> =>
    Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, source(schema)]))
  return {
    kind: 'http',
    ...definition,
    ...(params && { params: source(params) }),
    ...(query && { query: source(query) }),
    ...(body && { body: source(body) }),
    returns: sources(returns),
    ...(events && { events: sources(events) }),
  } as unknown as HttpDefinition
}

export const bodyBytesMaxUsual = 65_536
