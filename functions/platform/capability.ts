// What `capability.ts` of a folder under functions/<product>/ exports: up to three lists. A product's app names each where it belongs.
import type { Table } from '../../shared/store/table.ts'
import type { Definition } from '../../shared/triggers/register.ts'

/** As `api`, what a request reaches, with the flows that it starts there; as `background`, what works by itself. */
export type Definitions = readonly Definition[]

/** As `tables`: the capability's own, so that something deletes their rows in time. Loaded by who looks through them all. */
export type Tables = () => Promise<readonly Table[]>
